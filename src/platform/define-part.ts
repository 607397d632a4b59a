import type { Platform } from './scope.ts';

/**
 * Defines what a feature has once in each process, such as a counter or a queue: it is built when it is first
 * asked for. The platform holds it, since Next bundles a copy of our code: both copies get the same one.
 *
 * What it throws may be of the other copy's classes. Let it return what callers branch on.
 * @param name of this part alone
 */
export const definePart =
  <Made>(name: string, build: (platform: Platform) => Made) =>
  (platform: Platform): Made =>
    platform.keep(name, () => build(platform));
