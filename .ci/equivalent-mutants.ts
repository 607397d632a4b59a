import type { Mutant } from './mutants.ts';

/** A change that no test can notice, because it changes nothing that anybody could observe. */
export type Equivalent = {
  path: string;
  /** The line of the source, without its indentation. */
  line: string;
  /** As `npm run mutate` prints it. */
  what: string;
  why: string;
};

export const EQUIVALENT: readonly Equivalent[] = [];

export function isEquivalent(path: string, code: string, { line, what }: Mutant): boolean {
  const text = code.split('\n')[line - 1]?.trim();
  return EQUIVALENT.some((one) => one.path === path && one.what === what && one.line === text);
}
