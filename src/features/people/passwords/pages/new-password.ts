/** The length limits of a new password. The server has the same ones. */
const LENGTH = { least: 12, most: 128 };

export const NEW_PASSWORD_HELP = `At least ${LENGTH.least} characters; a sentence is easy to keep in mind.`;

/** @returns what is wrong with a new password, or null. */
export function newPasswordError(password: string): string | null {
  if (password.length < LENGTH.least) return `Use at least ${LENGTH.least} characters.`;
  return password.length > LENGTH.most ? `Use at most ${LENGTH.most} characters.` : null;
}
