import { LRUCache } from 'lru-cache';
import type { CspLine } from '#core/csp/report/line.ts';
import { isBuiltIn, noiseToday, type OwnNoiseParts } from './own-noise.ts';

const MOST_GROUPS = 10_000;

/** Whether own rules alone may say what a line that stands for many is: it has no code that they could look at. */
export const isUndecided = ({ kind, csp }: CspLine): boolean =>
  kind === 'suppressed' && csp !== null && !isBuiltIn(csp.noise);

/**
 * Tells the noise of lines in the order in which they came: the written lines of a group decide for those of it that
 * stand for many, which are noise when all of the others were. Of a group of which none came, the line itself says.
 */
export function createNoiseMemory(rules: readonly OwnNoiseParts[]): (line: CspLine) => string | null {
  const groups = new LRUCache<string, { noise: string | null }>({ max: MOST_GROUPS });
  return (line) => {
    const { kind, csp } = line;
    if (csp === null) return null;
    if (isUndecided(line)) {
      const known = groups.get(csp.group);
      return known ? known.noise : noiseToday(csp, rules);
    }
    const noise = noiseToday(csp, rules);
    if (kind === 'violation' && !isBuiltIn(csp.noise)) {
      const known = groups.get(csp.group);
      groups.set(csp.group, { noise: known?.noise === null ? null : noise });
    }
    return noise;
  };
}
