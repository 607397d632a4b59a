const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;
const DEEPEST = 6;

/**
 * The SQLSTATE (PostgreSQL, appendix A) of an error of `pg`, or of Prisma, which wraps it.
 * @returns undefined for what PostgreSQL did not say.
 */
export function sqlStateOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return undefined;
  for (const field of ['originalCode', 'code']) {
    const value: unknown = Reflect.get(error, field);
    // Prisma's own codes look alike: P1001, P2010.
    if (typeof value === 'string' && SQLSTATE.test(value) && !/^P[1-9]/.test(value)) return value;
  }
  for (const field of ['cause', 'meta', 'driverAdapterError']) {
    const found = sqlStateOf(Reflect.get(error, field), depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** There is no partition for today, because no process was running to create it in time. */
export const isWithoutPartition = (error: unknown): boolean =>
  sqlStateOf(error) === '23514' && textsOf(error).some((text) => text.includes('no partition of relation'));

function textsOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return [];
  const own = ['message', 'originalMessage'].flatMap((field) => {
    const value: unknown = Reflect.get(error, field);
    return typeof value === 'string' ? [value] : [];
  });
  return [
    ...own,
    ...['cause', 'meta', 'driverAdapterError'].flatMap((field) => textsOf(Reflect.get(error, field), depth + 1)),
  ];
}
