/** Why PostgreSQL cannot do what any statement of its kind asks. All of these may pass by themselves. */
export type DatabaseProblem = 'unreachable' | 'read_only' | 'disk_full' | 'overloaded' | 'too_slow';

/** How `@prisma/adapter-pg` and Prisma's client name them. */
const KINDS: Readonly<Record<string, DatabaseProblem>> = {
  DatabaseNotReachable: 'unreachable',
  ConnectionClosed: 'unreachable',
  SocketTimeout: 'too_slow',
  TooManyConnections: 'overloaded',
};
/** SQLSTATEs (PostgreSQL, appendix A), the socket's own codes, and Prisma's. */
const CODES: Readonly<Record<string, DatabaseProblem>> = {
  '08000': 'unreachable',
  '08001': 'unreachable',
  '08003': 'unreachable',
  '08004': 'unreachable',
  '08006': 'unreachable',
  '08007': 'unreachable',
  // It ends, it crashed, it starts, it ended a connection that was idle.
  '57P01': 'unreachable',
  '57P02': 'unreachable',
  '57P03': 'unreachable',
  '57P05': 'unreachable',
  '25P03': 'unreachable',
  ECONNREFUSED: 'unreachable',
  ECONNRESET: 'unreachable',
  EPIPE: 'unreachable',
  ETIMEDOUT: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EAI_AGAIN: 'unreachable',
  // A standby, or a server that was made read-only.
  '25006': 'read_only',
  '53100': 'disk_full',
  '58030': 'disk_full',
  '53000': 'overloaded',
  '53200': 'overloaded',
  '53300': 'overloaded',
  // No connection of Prisma's was free in time, or its transaction took too long.
  P2024: 'overloaded',
  P2028: 'too_slow',
  // A statement that took too long, or waited too long for a lock.
  '57014': 'too_slow',
  '55P03': 'too_slow',
};
/** `pg` has no code for these. */
const MESSAGES: readonly [RegExp, DatabaseProblem][] = [
  [/^Query read timeout/, 'too_slow'],
  [
    /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed) and is not queryable)/,
    'unreachable',
  ],
];
const DEEPEST = 6;

/** What an error of a statement says about PostgreSQL and not about the statement; null for every other error. */
export function databaseProblem(error: unknown, depth = 0): DatabaseProblem | null {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return null;
  const named = lookUp(KINDS, error, 'kind') ?? lookUp(CODES, error, 'originalCode') ?? lookUp(CODES, error, 'code');
  if (named) return named;
  const { message } = error as { message?: unknown };
  if (typeof message === 'string') {
    const said = MESSAGES.find(([pattern]) => pattern.test(message));
    if (said) return said[1];
  }
  for (const field of ['cause', 'meta', 'driverAdapterError']) {
    const inner = databaseProblem(Reflect.get(error, field), depth + 1);
    if (inner) return inner;
  }
  // Node reports a name with several addresses as one error for all of them.
  return error instanceof AggregateError ? databaseProblem(error.errors[0], depth + 1) : null;
}

/** Whether an error of a statement says that PostgreSQL cannot serve us now, and nothing about the statement. */
export const isDatabaseDown = (error: unknown): boolean => databaseProblem(error) !== null;

function lookUp(
  table: Readonly<Record<string, DatabaseProblem>>,
  error: object,
  field: string,
): DatabaseProblem | undefined {
  const name = Reflect.get(error, field);
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}
