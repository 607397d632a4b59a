import { TRPCError } from '@trpc/server';

/** One thing wrong with the input: where, and what to change. */
export type Issue = { path: string[]; message: string };

/** A refusal that the caller can act on: thrown by verbs, answered in the contract's error body by every face. */
export class Refusal extends TRPCError {
  readonly issues: Issue[];

  constructor(code: TRPCError['code'], message: string, issues: Issue[] = [], cause?: unknown) {
    super({ code, message, cause });
    this.issues = issues;
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

  /** @param fields the names of those that were changed, with dots for what is nested. */
  constructor(code: 'CONFLICT' | 'PRECONDITION_FAILED', fields: readonly string[]) {
    super(
      code,
      fields.length > 0
        ? `Somebody else changed ${fields.join(', ')} after you read it, so nothing was changed. Compare with current, and repeat the change with its version.`
        : 'It was changed after you read it, so nothing was changed. Compare with current, and repeat the change with its ETag.',
      fields.map((field) => ({ path: field.split('.'), message: 'Somebody else changed this after you read it.' })),
    );
  }
}

/** 429: with the seconds after which the caller may try again, which leave as `Retry-After`. */
export class TooManyRequests extends Refusal {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super('TOO_MANY_REQUESTS', message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** 503: temporary, and not the caller's fault. Sent with `Retry-After`. */
export class Unavailable extends Refusal {
  readonly retryAfterSeconds = 2;

  constructor(message: string, cause: unknown) {
    super('SERVICE_UNAVAILABLE', message, [], cause);
  }
}

/** 400 VALIDATION: the message is made of the issues. */
export const invalid = (...issues: Issue[]) => new Refusal('BAD_REQUEST', summary(issues), issues);

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
