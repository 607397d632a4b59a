import { appendFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { answerReports } from '#api/csp-report.ts';
import { dayOf } from '#platform/log-files/rotated-files.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, uniqueName } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { type CspScope, cspScope } from '../csp-scope.ts';
import { readTailId, type TailBatch, tailInput, tailLines } from './tail-lines.ts';

let platform: OpenPlatform;
let scope: CspScope;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'honeyframe-stream-'));
  platform = await createTestPlatform({ CSP_LOG_DIR: dir, CSP_RATE_LIMIT: '1000000' });
  scope = await cspScope((await createTestOrganization(platform)).scope());
});

afterAll(async () => {
  await platform.close();
  rmSync(dir, { recursive: true });
});

/** A host that no other test reports. */
const someHost = () => `${uniqueName('h').replace(' ', '-')}.example`;

const report = (host: string, directive = 'img-src') =>
  answerReports(
    platform,
    new Request('http://console/api/csp-report', {
      method: 'POST',
      body: JSON.stringify({
        'csp-report': { 'blocked-uri': `https://${host}/`, 'effective-directive': directive, disposition: 'report' },
      }),
    }),
  );

/** Listens to the stream, once it is open, until the test ends. */
async function listen(input: object) {
  const end = new AbortController();
  const batches: TailBatch[] = [];
  let id = '';
  const ended = (async () => {
    for await (const [batchId, batch] of tailLines(scope, tailInput.parse(input), end.signal)) {
      id = batchId;
      batches.push(batch);
    }
  })();
  const leave = async () => {
    end.abort();
    await ended;
    return id;
  };
  onTestFinished(() => void leave());
  await until('the stream is open', () => batches.length > 0);
  const lines = () => batches.flatMap((batch) => batch.lines.toReversed());
  return { batches, lines, leave, hosts: () => lines().map(({ violation }) => violation?.blocked_host) };
}

test('lines come as they are written, and of those only what was asked for', async () => {
  const [mine, other] = [someHost(), someHost()];
  const all = await listen({});
  const narrowed = await listen({ blocked_host: mine, directive: 'img-src' });
  await report(other);
  await report(mine, 'font-src');
  await report(mine);
  await until('the wanted line', () => narrowed.lines().length === 1);
  expect(narrowed.lines()).toMatchObject([
    { kind: 'violation', violation: { blocked_host: mine, directive: 'img-src', disposition: 'report' } },
  ]);
  await until('every line', () => all.lines().length === 3);
  expect(all.hosts()).toEqual([other, mine, mine]);
});

test('kinds of lines are told apart', async () => {
  const { lines } = await listen({ kinds: ['malformed'] });
  await report(someHost());
  await answerReports(platform, new Request('http://console/api/csp-report', { method: 'POST', body: '{"no":1}' }));
  await until('the malformed body', () => lines().length === 1);
  expect(lines()).toMatchObject([{ kind: 'malformed', violation: null }]);
});

test('whoever comes back goes on where they were, without loss and without repeat', async () => {
  const host = someHost();
  const first = await listen({ blocked_host: host });
  await report(host, 'img-src');
  await until('the first line', () => first.lines().length === 1);
  const lastEventId = await first.leave();
  await report(host, 'font-src');
  await report(someHost());
  await report(host, 'media-src');
  await platform.cspLog.flush();
  const second = await listen({ blocked_host: host, lastEventId });
  await report(host, 'style-src');
  await until('what was missed, and what is new', () => second.lines().length === 3);
  expect(second.lines().map(({ violation }) => violation?.directive)).toEqual(['font-src', 'media-src', 'style-src']);
});

test('what comes after a page was read is told from the id that the page came with', async () => {
  const host = someHost();
  await report(host, 'img-src');
  await platform.cspLog.flush();
  const lastEventId = await readTailId(scope);
  await report(host, 'font-src');
  await platform.cspLog.flush();
  const { lines } = await listen({ blocked_host: host, lastEventId });
  await until('the line after', () => lines().length === 1);
  expect(lines()[0]?.violation?.directive).toBe('font-src');
});

test('a reader’s place moves on also while nothing comes that they asked for', async () => {
  const { batches, leave } = await listen({ blocked_host: someHost() });
  const before = await readTailId(scope);
  await report(someHost());
  await until('an empty batch', () => batches.length > 1);
  const after = await leave();
  expect(after.split('~').slice(1)).not.toEqual(before.split('~').slice(1));
});

test('of more than fits the newest come, and the others are counted', async () => {
  const { batches, lines } = await listen({});
  const made = Array.from({ length: 5_000 }, (_, index) => {
    const id = `abcdef012345-${1_795_000_000_000_000 + index}`;
    return `${JSON.stringify({ level: 40, name: 'csp_report', time: Date.now(), id, type: 'crash', msg: 'A crash' })}\n`;
  });
  appendFileSync(join(dir, `csp_report.${dayOf(Date.now())}.desk-1-abcdef012345.1.ndjson`), made.join(''));
  await until('the last line', () => lines().at(-1)?.id === 'abcdef012345-1795000000004999');
  const skipped = batches.reduce((sum, batch) => sum + batch.skipped, 0);
  expect(skipped).toBe(3_000);
  expect(lines()).toHaveLength(2_000);
  expect(Math.max(...batches.map((batch) => batch.lines.length))).toBe(500);
});

test('of more than can be caught up with it is said that there is a gap', async () => {
  const lastEventId = await readTailId(scope);
  const line = `${'x'.repeat(100_000)}\n`;
  appendFileSync(join(dir, `csp_report.${dayOf(Date.now())}.desk-2-abcdef012346.1.ndjson`), line.repeat(100));
  const { batches } = await listen({ lastEventId });
  expect(batches[0]).toMatchObject({ lines: [], gap: true });
});

test('an id that is none of the stream’s is refused', async () => {
  const stream = tailLines(scope, tailInput.parse({ lastEventId: 'now' }), new AbortController().signal);
  await expect(stream.next()).rejects.toMatchObject({ code: 'BAD_REQUEST', issues: [{ path: ['lastEventId'] }] });
});
