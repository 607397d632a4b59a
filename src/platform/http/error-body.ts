import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { type DatabaseProblem, databaseProblem } from '#platform/postgres/database-down.ts';
import {
  CONTRACT_CODES,
  type ContractCode,
  type Issue,
  Overtaken,
  REASONS,
  Refusal,
  SessionNotFresh,
  summary,
  UNKNOWN_FIELD,
  Unavailable,
} from '#platform/trpc/refusal.ts';

/** The body of every error that leaves the process. */
export const errorBodySchema = z
  .object({
    code: z.enum(Object.keys(CONTRACT_CODES) as [ContractCode, ...ContractCode[]]),
    message: z.string().meta({ description: 'One sentence that says what to change.' }),
    issues: z
      .array(z.object({ path: z.array(z.string()), message: z.string() }))
      .meta({ description: 'What is wrong, field by field. Empty if the error is not about a field.' }),
    reason: z.enum(REASONS).optional().meta({
      description:
        '`session_not_fresh`: the person was verified too long ago for this call. Confirm your identity, then repeat the call.',
    }),
    current: z.unknown().optional().meta({
      description: 'The current state, if a change was refused because somebody else had changed the object.',
    }),
  })
  .meta({ id: 'Error', description: 'What went wrong, and what to do.' });

export type ErrorBody = z.infer<typeof errorBodySchema>;

/** What tRPC itself throws: for a path that does not exist, a body that it cannot read, and the like. */
const FROM_TRPC = new Map<TRPCError['code'], ContractCode>([
  ...Object.entries(CONTRACT_CODES).map(([code, { trpc }]) => [trpc, code as ContractCode] as const),
  ['PARSE_ERROR', 'VALIDATION'],
  ['UNSUPPORTED_MEDIA_TYPE', 'VALIDATION'],
  ['UNPROCESSABLE_CONTENT', 'VALIDATION'],
]);

const DATABASE_PROBLEMS = {
  unreachable: 'The database is not responding. Try again in a moment.',
  read_only: 'The database is read-only and accepts no changes. Try again in a moment.',
  disk_full: 'The database can’t write to its disk. Try again later, and ask whoever runs it to free up space.',
  overloaded: 'The database has no connections or memory left. Try again in a moment.',
  too_slow: 'The database took too long. Try again in a moment.',
} satisfies Record<DatabaseProblem, string>;

/** What any error is to a caller: an error of a statement that PostgreSQL cannot serve now is a 503, others stay. */
export function knownError(error: unknown): TRPCError {
  if (error instanceof Refusal) return error;
  const problem = databaseProblem(error);
  if (problem) return new Unavailable(DATABASE_PROBLEMS[problem], error);
  return error instanceof TRPCError ? error : new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error });
}

/** The status and the body for an error; whatever we did not foresee says nothing of its inside. */
export function errorBody(error: TRPCError): { status: number; body: ErrorBody } {
  if (error instanceof Refusal) {
    const { status, contractCode, message, issues } = error;
    const reason = error instanceof SessionNotFresh ? { reason: error.reason } : {};
    const current = error instanceof Overtaken && error.current ? { current: error.current } : {};
    return { status, body: { code: contractCode, message, issues, ...reason, ...current } };
  }
  const code = FROM_TRPC.get(error.code) ?? 'INTERNAL';
  const { status } = CONTRACT_CODES[code];
  if (code === 'INTERNAL') {
    const known = knownError(error);
    if (known instanceof Unavailable) return errorBody(known);
    return {
      status,
      body: {
        code,
        message: 'Something went wrong on our side. Try again. If it happens again, the application log has the cause.',
        issues: [],
      },
    };
  }
  if (error.cause instanceof z.ZodError) {
    const issues = error.cause.issues.flatMap((issue) => issuesOf(issue));
    return { status, body: { code, message: summary(issues), issues } };
  }
  return { status, body: { code, message: plain(code, error.message), issues: [] } };
}

/** Zod's issues in the contract's form: one for each unknown field, and a union's own where only one member came close. */
export function issuesOf(issue: z.core.$ZodIssue, base: PropertyKey[] = []): Issue[] {
  const path = [...base, ...issue.path].map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: UNKNOWN_FIELD,
    }));
  }
  const closest = issue.code === 'invalid_union' ? closestOption(issue) : undefined;
  if (closest) return closest.flatMap((inner) => issuesOf(inner, path));
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return [{ path, message: 'This field is required.' }];
  return [{ path, message: issue.message }];
}

/** @returns the issues of the option that was meant: the fewest of those that are at least of the right type. */
function closestOption({ errors, message }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  const isOther = ({ code, path }: z.core.$ZodIssue) =>
    path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
  const meant = errors.filter((issues) => !issues.some(isOther));
  // The union's own words are for a value of no option's type.
  const candidates = meant.length > 0 || message !== DEFAULT_MESSAGE ? meant : errors;
  return candidates.toSorted((a, b) => a.length - b.length)[0];
}

/** What zod says of a union that says nothing itself. */
const DEFAULT_MESSAGE = 'Invalid input';

const plain = (code: ContractCode, message: string): string =>
  code === 'VALIDATION' ? 'The request could not be read. Send JSON as described in /api/docs.' : message;
