import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const PROJECT_DIR = resolve(import.meta.dirname, '..');
const document = readFileSync(resolve(PROJECT_DIR, 'docs/security.md'), 'utf8');

/** In the tables: `` `src/a.test.ts`: “a promise”, “another” ``. */
const named = [...document.matchAll(/`([\w./-]+\.(?:test|e2e)\.tsx?)`: ((?:“[^”]+”(?:, )?)+)/g)].flatMap(
  ([, file = '', tests = '']) => [...tests.matchAll(/“([^”]+)”/g)].map(([, name = '']) => ({ file, name })),
);

test('docs/security.md names tests for its promises, in every row', () => {
  const rows = document.slice(document.indexOf('## What is promised')).match(/^\| (?!Promise|---).+$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(50);
  for (const row of rows) expect(row).toMatch(/`[\w./-]+\.(?:test|e2e)\.tsx?`: “|`npm run /);
});

test.each(named)('$file promises “$name”, as docs/security.md says', ({ file, name }) => {
  expect(readFileSync(resolve(PROJECT_DIR, file), 'utf8')).toContain(name);
});
