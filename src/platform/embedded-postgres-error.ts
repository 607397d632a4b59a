/** An embedded PostgreSQL that cannot be used. The message is one line that says why. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

/** The first line of what went wrong, for the end of a sentence: without its full stop. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.trim().split('\n', 1)[0] ?? '').replace(/\.$/, '');
}

/** Whether a system call failed with one of these codes, such as `ENOENT`. */
export function failedWith(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
