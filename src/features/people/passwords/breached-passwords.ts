import { dictionary } from '@zxcvbn-ts/language-common';
import { invalid } from '#platform/trpc/refusal.ts';

/**
 * The 49,000 passwords that leak most often, of zxcvbn-ts: a list that ships with a package asks nobody outside for a
 * person's password. (NIST SP 800-63B section 3.1.1.2: refuse what is known, ask for no classes of characters.)
 */
const breached = new Set(dictionary['passwords-common'].map(fold));

/** Ignores case, spaces around, and digits and marks at the end, which people add to a password that is refused. */
function fold(password: string): string {
  const plain = password.toLowerCase().trim();
  return plain.replace(/[\d!?.]+$/, '') || plain;
}

/**
 * Refuses a new password that stands in lists of leaked ones.
 * @param path of the field, for the form.
 * @throws Refusal VALIDATION
 */
export function assertNotBreached(password: string, path: string): void {
  const folded = fold(password);
  const isRepeated = /^(.{1,6})\1+$/.test(folded);
  if (!isRepeated && !breached.has(folded)) return;
  throw invalid({
    path: [path],
    message: 'This password is in lists of leaked ones, so it is tried first: use a sentence of your own.',
  });
}
