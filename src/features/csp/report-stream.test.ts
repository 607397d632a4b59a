import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseReports } from '#core/csp-report.ts';
import { loadConfig } from '#platform/config.ts';
import { openCspLog } from '#platform/csp-log.ts';
import { createLog } from '#platform/log.ts';
import { type CspLogLine, readLogFiles } from '#testing/log-files.ts';
import { createReportStream, LINES_PER_GROUP_AND_MINUTE } from './report-stream.ts';

const context = { userAgent: '', disposition: null };
const MINUTE = 60_000;

async function openStream() {
  const dir = await mkdtemp(join(tmpdir(), 'honeyframe-csp-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const config = loadConfig({ CSP_LOG_DIR: dir, LOG_LEVEL: 'silent' });
  const log = openCspLog(config, createLog('silent'));
  const stream = createReportStream(log);
  return {
    log,
    stream,
    add: (host: string, times: number, at: number) => {
      const body = { 'effective-directive': 'img-src', 'blocked-uri': `https://${host}/`, 'original-policy': host };
      const [report] = parseReports(Buffer.from(JSON.stringify(body))).reports;
      if (report) for (let count = 0; count < times; count += 1) stream.add(report, context, at);
    },
    lines: (): CspLogLine[] => readLogFiles(dir),
  };
}

const ofHost = (host: string) => (line: CspLogLine) => line.csp?.blocked_host === host;

test('above the budget of a group and minute lines are counted, and the count is said once', async () => {
  const { log, add, lines } = await openStream();
  const at = 100 * MINUTE;
  add('loud.example', LINES_PER_GROUP_AND_MINUTE + 37, at);
  add('quiet.example', 1, at);
  await log.close();
  const loud = lines().filter(ofHost('loud.example'));
  expect(loud.filter(({ suppressed }) => suppressed === undefined)).toHaveLength(LINES_PER_GROUP_AND_MINUTE);
  expect(loud.filter(({ suppressed }) => suppressed !== undefined)).toMatchObject([
    { suppressed: 37, time: at, csp: { directive: 'img-src', blocked_kind: 'host', group: loud[0]?.csp?.group } },
  ]);
  expect(lines().filter(ofHost('quiet.example'))).toHaveLength(1);
});

test('a new minute has a new budget', async () => {
  const { log, add, lines } = await openStream();
  add('loud.example', LINES_PER_GROUP_AND_MINUTE, 100 * MINUTE);
  add('loud.example', LINES_PER_GROUP_AND_MINUTE, 101 * MINUTE);
  await log.close();
  expect(lines().filter(ofHost('loud.example'))).toHaveLength(2 * LINES_PER_GROUP_AND_MINUTE);
});

test('what was counted in a minute is said when it is over, without another report', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { log, add, lines } = await openStream();
  add('loud.example', LINES_PER_GROUP_AND_MINUTE + 5, Date.now());
  vi.advanceTimersByTime(MINUTE + 100);
  vi.useRealTimers();
  await log.flush();
  expect(lines().filter(({ suppressed }) => suppressed === 5)).toHaveLength(1);
  await log.close();
  expect(lines().filter(({ suppressed }) => suppressed)).toHaveLength(1);
});

test('every report of a flood of groups is written or counted, and groups beyond the bound share one budget', async () => {
  const { log, add, lines } = await openStream();
  const groups = 52_000;
  for (let index = 0; index < groups; index += 1) {
    add(`host-${index}.example`, 1, 100 * MINUTE);
    if (index % 5_000 === 0) await log.flush();
  }
  await log.close();
  const written = lines().filter(({ csp, suppressed }) => csp && suppressed === undefined).length;
  const suppressed = lines().reduce((sum, line) => sum + (line.suppressed ?? 0), 0);
  expect(written).toBe(50_000 + LINES_PER_GROUP_AND_MINUTE);
  expect(suppressed).toBe(groups - written);
  expect(lines().filter(({ policy }) => policy)).toHaveLength(LINES_PER_GROUP_AND_MINUTE);
});

test('rules of the administrators’ own label what comes from then on, where no built-in one does', async () => {
  const { log, stream, add, lines } = await openStream();
  const labels = () => lines().flatMap(({ csp }) => (csp ? [`${String(csp.blocked_host)} ${String(csp.noise)}`] : []));
  const at = 100 * MINUTE;
  const rules = [{ id: 'own:a', hosts: ['tags.example', 'adguard.com'] }];
  add('a.tags.example', 1, at);
  stream.useOwnRules(rules);
  add('a.tags.example', 1, at);
  add('injections.adguard.com', 1, at);
  stream.useOwnRules([]);
  add('a.tags.example', 1, at);
  await log.close();
  expect(labels()).toEqual([
    'a.tags.example null',
    'a.tags.example own:a',
    'injections.adguard.com ad-blocker-proxy',
    'a.tags.example null',
  ]);
});
