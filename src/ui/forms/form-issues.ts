/** One thing wrong with what was sent: where, and what to change. */
export type FieldIssue = { path: string[]; message: string };

/**
 * The server's issues as form errors, keyed by the form's field names.
 * @param fields the names of the form's fields; an issue belongs to the longest name that begins its path.
 * @returns the errors by field, and the messages that no field can show.
 */
export function fieldErrors(
  issues: readonly FieldIssue[],
  fields: readonly string[],
): { errors: Record<string, string>; others: string[] } {
  const errors: Record<string, string> = {};
  const others: string[] = [];
  for (const { path, message } of issues) {
    const field = longestPrefix(path, fields);
    if (field === undefined) others.push(path.length > 0 ? `${path.join('.')}: ${message}` : message);
    else errors[field] ??= message;
  }
  return { errors, others };
}

function longestPrefix(path: string[], fields: readonly string[]): string | undefined {
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join('.');
    if (fields.includes(name)) return name;
  }
  return undefined;
}
