import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `next build` makes its output from. (Not tsconfig.json: the build itself writes to it.) */
const SOURCES = ['src', 'public', 'next.config.mjs', 'package.json', 'package-lock.json'];
const NOT_BUILT = /\.test\.tsx?$/;

/** A digest of the names and contents of everything that a build depends on. */
export function sourceHash(projectDir: string): string {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((source) => filesUnder(projectDir, source))) {
    const content = readFileSync(join(projectDir, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesUnder(projectDir: string, path: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(join(projectDir, path), { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return [path];
    if (code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter(({ name }) => !NOT_BUILT.test(name))
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => filesUnder(projectDir, join(path, name)));
}
