import { dirname } from 'node:path';
import type { SourceModule } from '../src/testing/architecture/source-module.ts';

/** The slices whose API is tested in another slice's file. */
const TESTED_WITH: Record<string, string> = { deliveries: 'webhooks' };

/**
 * The tests that are likely to notice a change of a module: those that come to it by the fewest imports, those of its
 * own folder and of the one around it that come to it at all, and those of its slice's API.
 * @param isTest which modules are test files that may be run.
 */
export function nearestTests(
  modules: readonly SourceModule[],
  path: string,
  isTest: (path: string) => boolean,
): string[] {
  const importers = new Map<string, string[]>();
  for (const module of modules)
    for (const { target, typeOnly } of module.imports)
      if (!typeOnly) importers.set(target, [...(importers.get(target) ?? []), module.path]);

  const distances = new Map([[path, 0]]);
  for (const [at, distance] of distances)
    for (const importer of importers.get(at) ?? []) if (!distances.has(importer)) distances.set(importer, distance + 1);

  const tests = [...distances].filter(([at]) => isTest(at));
  const shortest = Math.min(...tests.map(([, distance]) => distance));
  const slice = /^src\/features\/([^/]+)\//.exec(path)?.[1] ?? '';
  const ofApi = `src/api/${TESTED_WITH[slice] ?? slice}.test.ts`;
  const isNear = ([at, distance]: [string, number]) =>
    distance === shortest || [dirname(path), dirname(dirname(path))].includes(dirname(at)) || at === ofApi;
  return tests.filter(isNear).map(([at]) => at);
}
