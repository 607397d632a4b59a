import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sourceHash } from './source-hash.ts';

function project(): { dir: string; write: (path: string, content: string) => void } {
  const dir = mkdtempSync(join(tmpdir(), 'honeyframe-hash-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, 'src/app'), { recursive: true });
  const write = (path: string, content: string) => writeFileSync(join(dir, path), content);
  write('src/app/page.tsx', 'export default null;');
  write('package.json', '{}');
  return { dir, write };
}

test('a change of what is built changes the digest, and its undoing brings the old one back', () => {
  const { dir, write } = project();
  const before = sourceHash(dir);
  for (const path of ['src/app/page.tsx', 'src/app/new.css', 'package.json', 'next.config.mjs']) {
    const hash = sourceHash(dir);
    write(path, '// changed');
    expect(sourceHash(dir), path).not.toBe(hash);
  }
  write('src/app/page.tsx', 'export default null;');
  write('package.json', '{}');
  rmSync(join(dir, 'src/app/new.css'));
  rmSync(join(dir, 'next.config.mjs'));
  expect(sourceHash(dir)).toBe(before);
});

test('neither a time, nor a test, nor a file that is not built matters', () => {
  const { dir, write } = project();
  const before = sourceHash(dir);
  utimesSync(join(dir, 'src/app/page.tsx'), new Date(0), new Date(0));
  write('src/app/page.test.ts', '// a test');
  write('README.md', 'text');
  expect(sourceHash(dir)).toBe(before);
});

test('a line that moves from one file to the next is a change', () => {
  const { dir, write } = project();
  write('src/a', 'one');
  write('src/b', 'two');
  const before = sourceHash(dir);
  write('src/a', 'onetwo');
  write('src/b', '');
  expect(sourceHash(dir)).not.toBe(before);
});
