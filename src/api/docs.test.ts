import { expect, test } from 'vitest';
import { serveDocs } from './docs.ts';

test('the pages and their files are served, each with its type', async () => {
  expect((await serveDocs(undefined, 'bm9uY2U=')).headers.get('content-type')).toContain('text/html');
  expect((await serveDocs('swagger-ui.css', '')).headers.get('content-type')).toContain('text/css');
  expect((await serveDocs('inter.woff2', '')).headers.get('content-type')).toBe('font/woff2');
  expect((await serveDocs('jetbrains-mono.woff2', '')).headers.get('content-type')).toBe('font/woff2');
});

test.each(['package.json', '../package.json', 'constructor', '__proto__', '\u0000'])(
  '%j is no file of theirs',
  async (file) => {
    expect((await serveDocs(file, '')).status).toBe(404);
  },
);
