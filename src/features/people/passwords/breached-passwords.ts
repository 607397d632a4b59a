import { dictionary } from '@zxcvbn-ts/language-common';
import { invalid } from '#platform/trpc/refusal.ts';

/**
 * The 49,000 passwords that leak most often, from zxcvbn-ts. A list that ships with a package sends no password to an
 * outside service. (NIST SP 800-63B section 3.1.1.2: refuse known passwords, require no classes of characters.)
 */
const breached = new Set(dictionary['passwords-common'].map(fold));

/** Ignores case, surrounding spaces, and digits and punctuation at the end, which people add to a refused password. */
function fold(password: string): string {
  const plain = password.toLowerCase().trim();
  return plain.replace(/[\d!?.]+$/, '') || plain;
}

/**
 * Refuses a new password that appears in lists of leaked ones.
 * @param path of the field, for the form.
 * @throws Refusal VALIDATION
 */
export function assertNotBreached(password: string, path: string): void {
  const folded = fold(password);
  const isRepeated = /^(.{1,6})\1+$/.test(folded);
  if (!isRepeated && !breached.has(folded)) return;
  throw invalid({
    path: [path],
    message:
      'This password appears in lists of leaked passwords, which attackers try first. Use a sentence of your own.',
  });
}
