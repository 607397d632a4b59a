import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Prints what `npm install` and `npm install --omit=dev` weigh, and what each direct dependency adds that nothing else
 * needs. Reads the lock file, and the sizes from what is installed: run it after a whole `npm install`.
 */
const PROJECT_DIR = resolve(import.meta.dirname, '..');
const LEAST_MB = 5;
const MB = 1e6;

type Locked = {
  dev?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
};

const lock: { packages: Record<string, Locked> } = JSON.parse(
  readFileSync(join(PROJECT_DIR, 'package-lock.json'), 'utf8'),
);
const installed = Object.keys(lock.packages).filter((path) => path !== '' && existsSync(join(PROJECT_DIR, path)));
const sizes = new Map(installed.map((path) => [path, bytesIn(join(PROJECT_DIR, path))]));

/** Without the packages inside, which the lock file lists by themselves. */
function bytesIn(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += entry.name === 'node_modules' ? 0 : bytesIn(path);
    else if (entry.isFile()) bytes += statSync(path).size;
  }
  return bytes;
}

/** Where Node.js finds a package from another one: beside it, or in a folder above. */
function pathOf(name: string, from: string): string | undefined {
  const folders = from.split('/node_modules/');
  for (let depth = from === '' ? 0 : folders.length; depth >= 0; depth -= 1) {
    const path = [...folders.slice(0, depth), depth === 0 ? `node_modules/${name}` : name].join('/node_modules/');
    if (sizes.has(path)) return path;
  }
  return undefined;
}

/** What is installed because of these direct dependencies. */
function reachedFrom(names: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const open = names.map((name) => ({ name, from: '' }));
  for (let one = open.pop(); one; one = open.pop()) {
    const path = pathOf(one.name, one.from);
    if (path === undefined || reached.has(path)) continue;
    reached.add(path);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = lock.packages[path] ?? {};
    const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional);
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers])
      open.push({ name, from: path });
  }
  return reached;
}

const weightOf = (paths: Iterable<string>): number => [...paths].reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
const megabytes = (bytes: number) => `${Math.round(bytes / MB)} MB`;

const root = lock.packages[''] ?? {};
const production = Object.keys(root.dependencies ?? {});
const development = Object.keys(root.devDependencies ?? {});
const kept = installed.filter((path) => !lock.packages[path]?.dev);
console.log(`npm install:            ${megabytes(weightOf(installed))} in ${installed.length} packages`);
console.log(`npm install --omit=dev: ${megabytes(weightOf(kept))} in ${kept.length} packages`);

for (const [title, direct] of [
  ['needed to run', production],
  ['for development', development],
] as const) {
  console.log(`\nWhat a dependency ${title} adds that nothing else needs, from ${LEAST_MB} MB:`);
  direct
    .map((name) => {
      const others = reachedFrom([...production, ...development].filter((one) => one !== name));
      const own = [...reachedFrom([name])].filter((path) => !others.has(path));
      return { name, bytes: weightOf(own), packages: own.length };
    })
    .filter(({ bytes }) => bytes >= LEAST_MB * MB)
    .sort((a, b) => b.bytes - a.bytes)
    .forEach(({ name, bytes, packages }) => {
      console.log(`  ${megabytes(bytes).padStart(7)}  ${name}${packages > 1 ? ` (${packages} packages)` : ''}`);
    });
}
