/** An embedded PostgreSQL that cannot be used. The message is one line that says why. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

/** The first line of what went wrong, for the end of a sentence: without its full stop. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.trim().split('\n', 1)[0] ?? '').replace(/\.$/, '');
}

/** Whether a system call, or a program by what it wrote, says that there is no space left on a disk or in a quota. */
export function isDiskFull(error: unknown): boolean {
  if (failedWith(error, 'ENOSPC', 'EDQUOT')) return true;
  const written = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return /No space left on device|Disk quota exceeded/i.test(
    `${written}\n${error instanceof Error ? error.message : String(error)}`,
  );
}

export const diskFull = (place: string, cause?: unknown) =>
  new EmbeddedPostgresError(
    `The disk of ${place} is full, and PostgreSQL cannot write there: make space (a new database takes some 60 MB), ` +
      'or set DATA_DIR to a folder on another disk.',
    { cause },
  );

/** Whether a system call failed with one of these codes, such as `ENOENT`. */
export function failedWith(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
