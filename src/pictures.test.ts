import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const PROJECT_DIR = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(PROJECT_DIR, path), 'utf8');
const files = (folder: string, ending: string) =>
  readdirSync(join(PROJECT_DIR, folder)).flatMap((name) => (name.endsWith(ending) ? [`${folder}/${name}`] : []));

/** The stories that `npm run docs:pictures` runs, each from its tag to the next story. */
const tagged = files('e2e', '.e2e.ts').flatMap((path) =>
  read(path)
    .split(/^test\(/m)
    .filter((story) => story.slice(0, story.indexOf('async')).includes("tag: '@pictures'")),
);
const taken = tagged.flatMap((story) =>
  [...story.matchAll(/screenshot\(page, '([\w-]+)'/g)].map(([, name = '']) => name),
);
const shown = ['README.md', 'CONTRIBUTING.md', ...files('docs', '.md')].flatMap((path) =>
  [...read(path).matchAll(/screenshots\/([\w-]+)\.png/g)].map(([, name = '']) => name),
);

test('each picture of the README and of docs is taken by `npm run docs:pictures`, in both colour schemes', () => {
  const both = taken.flatMap((name) => [name, `${name}-dark`]).toSorted();
  expect([...new Set(shown)].toSorted()).toEqual(both);
  expect(
    readdirSync(join(PROJECT_DIR, 'docs/screenshots'))
      .map((name) => name.replace('.png', ''))
      .toSorted(),
  ).toEqual(both);
});

test('every story that takes a picture is one that `npm run docs:pictures` runs', () => {
  const calls = files('e2e', '.e2e.ts').flatMap((path) => [...read(path).matchAll(/await screenshot\(/g)]);
  expect(taken.length).toBeGreaterThan(0);
  expect(taken).toHaveLength(calls.length);
});
