import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseReports } from '#core/csp/report/report.ts';
import { finish } from '#features/csp/receive/body-queue.ts';
import { loadConfig } from '#platform/config.ts';
import { openCspLog } from '#platform/log-files/csp-log.ts';
import { createLog } from '#platform/log-files/log.ts';
import { readCspSamples } from '#testing/csp/sample.ts';
import { type CspLogLine, readLogFiles } from '#testing/log-files.ts';
import { mutate, randomOf } from '#testing/mutated-bodies.ts';
import { createReportStream, LINES_PER_GROUP_AND_MINUTE } from './report-stream.ts';

const context = { userAgent: '', disposition: null };
const MINUTE = 60_000;

async function openStream() {
  const dir = await mkdtemp(join(tmpdir(), 'honeyframe-csp-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const config = loadConfig({ CSP_LOG_DIR: dir, LOG_LEVEL: 'silent' });
  const log = openCspLog(config, createLog('silent'));
  const inSlices = createReportStream(log);
  const stream = {
    ...inSlices,
    addBody: (...given: Parameters<typeof inSlices.addBody>) => finish(inSlices.addBody(...given)),
  };
  return {
    log,
    stream,
    add: (host: string, times: number, at: number) => {
      const body = { 'effective-directive': 'img-src', 'blocked-uri': `https://${host}/`, 'original-policy': host };
      const bytes = Buffer.from(JSON.stringify(body));
      for (let count = 0; count < times; count += 1) stream.addBody(bytes, context, at);
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
  add('a.tags.example', 3, at);
  stream.useOwnRules(rules);
  add('a.tags.example', 1, at);
  add('injections.adguard.com', 1, at);
  stream.useOwnRules([]);
  add('a.tags.example', 1, at);
  await log.close();
  expect(labels()).toEqual([
    'a.tags.example null',
    'a.tags.example null',
    'a.tags.example null',
    'a.tags.example own:a',
    'injections.adguard.com ad-blocker-proxy',
    'a.tags.example null',
  ]);
});

const entriesOfBody = (body: Buffer): object[] => JSON.parse(body.toString());

describe('a report', () => {
  const entry = (age: number, rest: object = {}) => ({
    age,
    type: 'csp-violation',
    url: 'https://a.example/',
    body: {
      documentURL: 'https://a.example/',
      blockedURL: 'https://b.example/',
      effectiveDirective: 'img-src',
      ...rest,
    },
  });
  const at = 100 * MINUTE;
  const bodyOf = (...entries: object[]) => Buffer.from(JSON.stringify(entries));

  test('that comes again is written as the first time, each at its own time', async () => {
    const { log, stream, lines } = await openStream();
    for (const age of [10, 20, 30, 40]) stream.addBody(bodyOf(entry(age), entry(age + 1)), context, at);
    await log.close();
    expect(lines().map(({ time }) => at - time)).toEqual([10, 11, 20, 21, 30, 31, 40, 41]);
    const [first] = lines();
    for (const { csp, msg } of lines()) expect({ csp, msg }).toEqual({ csp: first?.csp, msg: first?.msg });
  });

  test('that comes again from another browser, or with another disposition in the address, says what theirs is', async () => {
    const { log, stream, lines } = await openStream();
    const contexts = [
      { userAgent: 'Firefox/153.0', disposition: 'enforce' },
      { userAgent: 'Firefox/154.0', disposition: 'enforce' },
      { userAgent: 'Firefox/154.0', disposition: 'report' },
    ] as const;
    for (let times = 0; times < 4; times += 1) for (const one of contexts) stream.addBody(bodyOf(entry(0)), one, at);
    await log.close();
    const said = lines().map(({ csp }) => ({ userAgent: csp?.user_agent, disposition: csp?.disposition }));
    expect(said).toEqual(Array.from({ length: 4 }, () => contexts).flat());
  });

  test('that names two ages is written at the last one, as JSON reads it', async () => {
    const { log, stream, lines } = await openStream();
    for (const age of [500, 500, 500, 7])
      stream.addBody(Buffer.from(`[${JSON.stringify(entry(age)).slice(0, -1)},"age":500}]`), context, at);
    await log.close();
    expect(lines().map(({ time }) => at - time)).toEqual([500, 500, 500, 500]);
  });

  test('from before 1970, or after 2286, makes a line that can be read', async () => {
    const { log, stream, lines } = await openStream();
    stream.addBody(bodyOf(entry(500)), context, 100);
    stream.addBody(bodyOf(entry(0)), context, 10 ** 13);
    await log.close();
    expect(lines().map(({ time }) => time)).toEqual([0, 10 ** 13 - 1]);
  });

  test('whose policies differ in where they report alone has one label', async () => {
    const { log, stream, lines } = await openStream();
    const old = { userAgent: 'Mozilla/5.0 Chrome/45.0 Safari/537.36', disposition: null };
    const blocked = { blockedURL: 'https://c.example/', effectiveDirective: 'script-src' };
    for (const originalPolicy of [
      "script-src 'self'; report-uri /'strict-dynamic'",
      "script-src 'self'; report-uri /x",
    ])
      stream.addBody(bodyOf(entry(0, { ...blocked, originalPolicy })), old, at);
    await log.close();
    expect(lines().flatMap(({ csp }) => (csp ? [csp.noise] : []))).toEqual([null, null]);
  });

  test('that calls itself malformed takes no other lines’ budget', async () => {
    const { log, stream, lines } = await openStream();
    const other = { type: 'malformed', url: 'https://a.example/', body: {} };
    for (let times = 0; times <= LINES_PER_GROUP_AND_MINUTE; times += 1) stream.addBody(bodyOf(other), context, at);
    stream.addMalformed(Buffer.from('{'), { reason: 'not JSON', entries: 0, userAgent: '' }, at);
    await log.close();
    expect(lines().filter(({ msg }) => msg === 'csp_report_malformed: not JSON')).toHaveLength(1);
  });

  test('beside entries that hold nothing, and a body that is cut, counts as it does alone', async () => {
    const { log, stream, lines } = await openStream();
    const body = bodyOf(entry(1), { age: 1, nothing: true }, entry(2));
    for (let times = 0; times < 4; times += 1)
      expect(stream.addBody(body, context, at)).toEqual({ reports: 2, rejected: 1, notJson: false });
    const cut = bodyOf(entry(1)).subarray(0, -2);
    expect(stream.addBody(cut, context, at)).toEqual({ reports: 0, rejected: 0, notJson: true });
    const broken = Buffer.from(`[${JSON.stringify(entry(1))},{"age":1,"x":}]`);
    expect(stream.addBody(broken, context, at)).toEqual({ reports: 0, rejected: 0, notJson: true });
    await log.close();
    expect(lines()).toHaveLength(8);
  });

  test('makes the same line in a body as alone, for all that browsers send', async () => {
    const [inBodies, alone] = [await openStream(), await openStream()];
    for (let round = 0; round < 4; round += 1)
      for (const { body, user_agent } of readCspSamples()) {
        const context = { userAgent: user_agent, disposition: null };
        const aged = Buffer.from(body.toString().replaceAll(/("age":\s*)\d+/g, `$1${round}`));
        inBodies.stream.addBody(aged, context, at);
        for (const report of parseReports(aged).reports) alone.stream.add(report, context, at);
      }
    await Promise.all([inBodies.log.close(), alone.log.close()]);
    const said = ({ lines }: typeof inBodies) => lines().map((line) => ({ ...line, id: '' }));
    expect(said(inBodies)).toEqual(said(alone));
    expect(said(inBodies).length).toBeGreaterThan(300);
  });

  test('makes the same line in a body as alone, in 2,000 changed bodies', async () => {
    const [inBodies, alone] = [await openStream(), await openStream()];
    const random = randomOf(153);
    const whole = readCspSamples().map(({ body }) =>
      body.length > 4_000 ? bodyOf(...entriesOfBody(body).slice(0, 3)) : body,
    );
    const bodies = [
      ...whole,
      ...whole,
      ...whole,
      ...Array.from({ length: 2_000 }, () => mutate(whole[random(whole.length)] ?? Buffer.alloc(0), random)),
    ];
    for (const [index, body] of bodies.entries()) {
      // A budget of lines for every few hundred.
      const now = at + Math.floor(index / 100) * MINUTE;
      const { reports, ...rest } = parseReports(body);
      for (const report of reports) alone.stream.add(report, context, now);
      expect(inBodies.stream.addBody(body, context, now)).toEqual({ ...rest, reports: reports.length });
      if (index % 1_000 === 0) await Promise.all([inBodies.log.flush(), alone.log.flush()]);
    }
    await Promise.all([inBodies.log.close(), alone.log.close()]);
    const said = ({ lines }: typeof inBodies) => lines().map((line) => ({ ...line, id: '' }));
    expect(said(inBodies)).toEqual(said(alone));
  });
});
