import { TRPCError } from '@trpc/server';

/** One thing wrong with the input: where, and what to change. */
export type Issue = { path: string[]; message: string };

/** The contract's codes, each with its HTTP status and with what tRPC calls it. */
export const CONTRACT_CODES = {
  VALIDATION: { status: 400, trpc: 'BAD_REQUEST' },
  UNAUTHENTICATED: { status: 401, trpc: 'UNAUTHORIZED' },
  FORBIDDEN: { status: 403, trpc: 'FORBIDDEN' },
  NOT_FOUND: { status: 404, trpc: 'NOT_FOUND' },
  METHOD_NOT_ALLOWED: { status: 405, trpc: 'METHOD_NOT_SUPPORTED' },
  CONFLICT: { status: 409, trpc: 'CONFLICT' },
  PAYLOAD_TOO_LARGE: { status: 413, trpc: 'PAYLOAD_TOO_LARGE' },
  RATE_LIMITED: { status: 429, trpc: 'TOO_MANY_REQUESTS' },
  INTERNAL: { status: 500, trpc: 'INTERNAL_SERVER_ERROR' },
  UNAVAILABLE: { status: 503, trpc: 'SERVICE_UNAVAILABLE' },
} as const satisfies Record<string, { status: number; trpc: TRPCError['code'] }>;

export type ContractCode = keyof typeof CONTRACT_CODES;

/**
 * A refusal that the caller can act on: thrown by verbs with the contract's code, answered in the contract's error body by
 * every face. tRPC sees its own name of the code.
 */
export class Refusal extends TRPCError {
  readonly contractCode: ContractCode;
  readonly issues: Issue[];

  constructor(code: ContractCode, message: string, issues: Issue[] = [], cause?: unknown) {
    super({ code: CONTRACT_CODES[code].trpc, message, cause });
    this.contractCode = code;
    this.issues = issues;
  }

  /** The HTTP status of the answer. */
  get status(): number {
    return CONTRACT_CODES[this.contractCode].status;
  }
}

/** What programs may read in a refusal beside its code, since they can do something about it themselves. */
export const REASONS = ['session_not_fresh'] as const;

/** 403 for now: the person of the session proves who they are once more, and then repeats the call. */
export class SessionNotFresh extends Refusal {
  readonly reason: (typeof REASONS)[number] = 'session_not_fresh';

  constructor(message: string) {
    super('FORBIDDEN', message);
  }
}

/**
 * 409, or 412 for `If-Match`: somebody else changed the same fields since the caller read them. Leaves with how the thing
 * is now.
 */
export class Overtaken extends Refusal {
  /** As the caller may read it. */
  current: object | undefined;

  private readonly isPrecondition: boolean;

  /**
   * @param fields the names of those that were changed, with dots for what is nested.
   * @param isPrecondition whether the version came as `If-Match`, whose refusal is a 412 (RFC 9110, section 13.1.1).
   */
  constructor(fields: readonly string[], isPrecondition = false) {
    super(
      'CONFLICT',
      fields.length > 0
        ? `Somebody else changed ${fields.join(', ')} after you read it, so nothing was changed. Compare with current, and repeat the change with its version.`
        : 'It was changed after you read it, so nothing was changed. Compare with current, and repeat the change with its ETag.',
      fields.map((field) => ({ path: field.split('.'), message: 'Somebody else changed this after you read it.' })),
    );
    this.isPrecondition = isPrecondition;
  }

  override get status(): number {
    return this.isPrecondition ? 412 : super.status;
  }
}

/** 429: with the seconds after which the caller may try again, which leave as `Retry-After`. */
export class TooManyRequests extends Refusal {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super('RATE_LIMITED', message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** 503: temporary, and not the caller's fault. Sent with `Retry-After`. */
export class Unavailable extends Refusal {
  readonly retryAfterSeconds = 2;

  constructor(message: string, cause: unknown) {
    super('UNAVAILABLE', message, [], cause);
  }
}

/** 400 VALIDATION: the message is made of the issues. */
export const invalid = (...issues: Issue[]) => new Refusal('VALIDATION', summary(issues), issues);

/** 404: also for what belongs to another organization. */
export const notFound = (what: string) =>
  new Refusal(
    'NOT_FOUND',
    `There is no ${what} with this id. Check the id, and that you are in the right organization.`,
  );

export const conflict = (message: string, path: string[]) => new Refusal('CONFLICT', message, [{ path, message }]);

/** One sentence for a list of issues: the first, and how many more there are. */
export function summary(issues: Issue[]): string {
  const [first] = issues;
  if (!first) return 'The input is invalid. Compare it with /api/docs.';
  const place = first.path.length > 0 ? `${first.path.join('.')}: ` : '';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${place}${first.message}${more}`;
}

/** The message for an unknown field. */
export const UNKNOWN_FIELD = 'Unknown field. Remove it, or check its spelling.';
