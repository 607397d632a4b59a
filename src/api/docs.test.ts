import { expect, test } from 'vitest';
import { loadConfig } from '#platform/config.ts';
import { serveDocs } from './docs.ts';

const serve = (file: string) => serveDocs({ config: loadConfig({}) }, new Request('http://localhost/api/docs'), file);

test('the pages and their files are served, each with its type', async () => {
  expect((await serve('')).headers.get('content-type')).toContain('text/html');
  expect((await serve('swagger-ui.css')).headers.get('content-type')).toContain('text/css');
  expect((await serve('inter.woff2')).headers.get('content-type')).toBe('font/woff2');
  expect((await serve('jetbrains-mono.woff2')).headers.get('content-type')).toBe('font/woff2');
});

test('the page has the policy of a page, whose nonce its scripts have', async () => {
  const page = await serve('');
  const nonce = /'nonce-([^']+)'/.exec(page.headers.get('content-security-policy-report-only') ?? '')?.[1];
  const scripts = (await page.text()).match(/<script [^>]*>/g) ?? [];
  expect(scripts).toHaveLength(2);
  for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
});

test.each(['package.json', '../package.json', 'constructor', '__proto__', '\u0000'])(
  '%j is no file of theirs',
  async (file) => {
    expect((await serve(file)).status).toBe(404);
  },
);
