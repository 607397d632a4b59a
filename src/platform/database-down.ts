/** How `@prisma/adapter-pg` names a lost or refused connection. */
const KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
/** PostgreSQL, appendix A: it ends, it crashed, it starts, it has no connection left; and the socket's own codes. */
const CODES = new Set(['57P01', '57P02', '57P03', '53300', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** `pg` has no code for these. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed) and is not queryable)/;
const DEEPEST = 6;

/** Whether an error of a statement says that PostgreSQL does not answer, and nothing about the statement. */
export function isDatabaseDown(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return false;
  if (has(error, 'kind', KINDS) || has(error, 'code', CODES) || has(error, 'originalCode', CODES)) return true;
  if (error instanceof Error && MESSAGES.test(error.message)) return true;
  return ['cause', 'meta', 'driverAdapterError'].some((field) => isDatabaseDown(Reflect.get(error, field), depth + 1));
}

const has = (error: object, field: string, values: Set<string>) => values.has(String(Reflect.get(error, field)));
