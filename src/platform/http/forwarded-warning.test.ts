import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../config.ts';
import { listen } from './http-server.ts';

/** What a console warns of whom requests with these headers reach, one after the other. */
async function warningsOf(env: Record<string, string>, requests: Record<string, string>[]): Promise<string[]> {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => lines.push(line) });
  const { server, url } = await listen(loadConfig({ PORT: '0', ...env }), (_, response) => response.end(), log);
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  expect(url).not.toBe('');
  for (const headers of requests) expect((await fetch(`http://127.0.0.1:${port}/`, { headers })).status).toBe(200);
  return lines;
}

const PUBLIC_URL = 'https://webhooks.example.com';
const FORWARDED = { 'x-forwarded-for': '203.0.113.9' };

test('a proxy that TRUST_PROXY does not count is warned of once, when its first request comes', async () => {
  const lines = await warningsOf({ PUBLIC_URL }, [{}, FORWARDED, FORWARDED]);
  expect(lines).toEqual([expect.stringContaining('TRUST_PROXY is 0')]);
  expect(lines[0]).toContain('"level":40');
});

test.each([
  ['without PUBLIC_URL', {}, [FORWARDED]],
  ['with TRUST_PROXY', { PUBLIC_URL, TRUST_PROXY: '1' }, [FORWARDED]],
  ['without a proxy', { PUBLIC_URL }, [{}]],
])('nothing is warned of %s', async (_, env, requests) => {
  expect(await warningsOf(env as Record<string, string>, requests)).toEqual([]);
});
