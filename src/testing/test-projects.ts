import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * How a test file is run, which what it imports decides, itself or through helpers in `src/testing`:
 * - `processes`: it starts programs, or PostgreSQL servers of its own.
 * - `database`: it works on a copy of the migrated database, on the server of the run.
 * - `code`: all others. They run in threads that share their modules, so that a file takes milliseconds to load.
 */
export type TestKind = 'code' | 'database' | 'processes';

const TEST_FILES = '{src,prisma,.ci,packages/*/src}/**/*.test.{ts,tsx}';

const STARTS_PROCESSES = [
  /^node:(child_process|cluster|worker_threads)$/,
  /^src\/platform\/embedded\/embedded-postgres[^/]*\.ts$/,
  /^src\/platform\/next\/next-build\.ts$/,
];
const USES_DATABASE = /^src\/testing\/(test-database|create-database)\.ts$/;

/** All test files, by kind. Paths from the project's folder. */
export function testFilesByKind(projectDir: string): Record<TestKind, string[]> {
  const files: Record<TestKind, string[]> = { code: [], database: [], processes: [] };
  for (const path of globSync(TEST_FILES, { cwd: projectDir }).toSorted()) files[kindOf(projectDir, path)].push(path);
  return files;
}

function kindOf(projectDir: string, path: string): TestKind {
  const reached = [...reach(projectDir, path, new Set())];
  if (reached.some((target) => STARTS_PROCESSES.some((pattern) => pattern.test(target)))) return 'processes';
  return reached.some((target) => USES_DATABASE.test(target)) ? 'database' : 'code';
}

/** What a file imports at run time, and what the helpers among that import. */
function reach(projectDir: string, path: string, reached: Set<string>): Set<string> {
  for (const target of importsOf(projectDir, path)) {
    if (reached.has(target)) continue;
    reached.add(target);
    if (target.startsWith('src/testing/') && target.endsWith('.ts')) reach(projectDir, target, reached);
  }
  return reached;
}

const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^;'"]*?\bfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function importsOf(projectDir: string, path: string): string[] {
  const text = readFileSync(join(projectDir, path), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, named, lazy]) => {
    const target = named ?? lazy ?? '';
    if (target.startsWith('#')) return `src/${target.slice(1)}`;
    return target.startsWith('.') ? relative(projectDir, resolve(projectDir, dirname(path), target)) : target;
  });
}
