import fc from 'fast-check';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { documentRoute } from '#core/csp/grouping/grouping.ts';
import { getCoverage } from '#features/csp/coverage/get-coverage.ts';
import { createReportStream } from '#features/csp/live/report-stream.ts';
import type { CspFilters } from '#features/csp/log/line-filter.ts';
import { listLines } from '#features/csp/log/list-lines.ts';
import { countNoise } from '#features/csp/noise/noise-effects.ts';
import { finish } from '#features/csp/receive/body-queue.ts';
import { getTimeline } from '#features/csp/timeline/get-timeline.ts';
import { createCspConsole } from '#testing/csp/console.ts';
import { isNoisePlainly, madeFilters, OWN_RULE_OF_TESTS, passesPlainly } from '#testing/csp/line-filters.ts';
import { type MadeLine, madeStream, writeStream } from '#testing/csp/stream-files.ts';
import { until } from '#testing/until.ts';
import type { CspScope } from '../csp-scope.ts';
import { getGroup } from './get-group.ts';
import { listGroups } from './list-groups.ts';
import { listPolicies } from './list-policies.ts';
import { GROUP_SORTS, type Group, type GroupSort } from './read-groups.ts';

let desk: Awaited<ReturnType<typeof createCspConsole>>;
let scope: CspScope;

beforeAll(async () => {
  desk = await createCspConsole();
  scope = await desk.scope();
  await desk.platform.database.cspNoiseRule.create({
    data: { organization_id: desk.organization.id, ...OWN_RULE_OF_TESTS },
  });
});

afterAll(() => desk.close());

const DAY_MS = 24 * 60 * 60 * 1000;
/** All that can be in a made stream, and a span that the two ends leave whole. */
const span = () => ({ since: new Date(Date.now() - 30 * DAY_MS), until: new Date(Date.now() + DAY_MS) });

const weight = ({ suppressed }: MadeLine) => suppressed ?? 1;
const sum = (lines: MadeLine[]) => lines.reduce((total, line) => total + weight(line), 0);
const groupIdOf = ({ csp }: MadeLine) => csp?.group ?? '';
const single = (lines: MadeLine[]) => lines.filter(({ suppressed }) => suppressed === undefined);

function countBy(lines: MadeLine[], key: (line: MadeLine) => string | null | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const value = key(line);
    if (value !== null && value !== undefined) counts.set(value, (counts.get(value) ?? 0) + weight(line));
  }
  return counts;
}

/** What is to be said of a group, counted line by line. */
function expectedOf(lines: MadeLine[], all: MadeLine[], { since, until }: { since: Date; until: Date }) {
  const sparkline = Array.from({ length: 24 }, () => 0);
  for (const line of lines) {
    const part = Math.floor(((line.time - since.getTime()) * 24) / (until.getTime() - since.getTime()));
    sparkline[part] = (sparkline[part] ?? 0) + weight(line);
  }
  const id = groupIdOf(lines[0] ?? { time: 0, id: '', msg: '' });
  return {
    id,
    count: sum(lines),
    last_seen: Math.max(...lines.map(({ time }) => time)),
    first_seen: Math.min(...all.filter((line) => groupIdOf(line) === id).map(({ time }) => time)),
    documents: new Set(single(lines).flatMap(({ csp }) => (csp?.document ? [documentRoute(csp.document)] : []))).size,
    browsers: countBy(single(lines), ({ csp }) => csp?.browser),
    dispositions: countBy(lines, ({ csp }) => csp?.disposition ?? 'unknown'),
    isNoise: lines.every((line) => isNoisePlainly(line, all)),
    sparkline,
  };
}

const found = (group: Group) => ({
  id: group.id,
  count: group.count,
  last_seen: group.last_seen.getTime(),
  first_seen: group.first_seen.getTime(),
  documents: group.documents,
  browsers: new Map(group.browsers.map(({ browser, count }) => [browser, count])),
  dispositions: new Map(group.dispositions.map(({ disposition, count }) => [disposition ?? 'unknown', count])),
  isNoise: group.noise !== null,
  sparkline: group.sparkline,
});

async function allPages(question: CspFilters & { limit: number; sort: GroupSort }): Promise<Group[]> {
  const items: Group[] = [];
  let cursor: string | undefined;
  do {
    const page = await listGroups(scope, { ...question, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(question.limit);
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

test('groups are what counting line by line says, in the order that was asked for, each on one page', async () => {
  await fc.assert(
    fc.asyncProperty(
      madeStream,
      madeFilters,
      fc.constantFrom(...GROUP_SORTS),
      fc.integer({ min: 1, max: 6 }),
      async ({ lines, files }, filters, sort, limit) => {
        writeStream(desk.logDir, files);
        const asked = { ...span(), ...filters };
        const passing = lines.filter((line) => line.csp && passesPlainly(line, asked, lines));
        const expected = [...Map.groupBy(passing, groupIdOf).values()].map((own) => expectedOf(own, lines, asked));
        const groups = await allPages({ ...asked, sort, limit });
        expect(new Map(groups.map((group) => [group.id, found(group)]))).toEqual(
          new Map(expected.map((group) => [group.id, group])),
        );
        const ranks = groups.map((group) =>
          sort === 'new' ? group.count + (group.is_new ? 1e9 : 0) : Number(group[sort]),
        );
        expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
      },
    ),
    { numRuns: 30 },
  );
});

test('the timeline has every report once, in its bar and under its directive', async () => {
  await fc.assert(
    fc.asyncProperty(madeStream, madeFilters, async ({ lines, files }, filters) => {
      writeStream(desk.logDir, files);
      const asked = { ...span(), ...filters };
      const passing = lines.filter((line) => line.csp && passesPlainly(line, asked, lines));
      const { items, step_ms, total, directives, noise } = await getTimeline(scope, asked);
      const key = (line: MadeLine) => `${Math.floor(line.time / step_ms) * step_ms} ${line.csp?.directive}`;
      const bars = items.flatMap(({ at, counts }) =>
        Object.entries(counts).map(([name, count]) => [`${at.getTime()} ${name}`, count] as const),
      );
      expect(new Map(bars)).toEqual(countBy(passing, key));
      expect(total).toBe(sum(passing));
      expect(items.reduce((all, item) => all + item.total, 0)).toBe(total);
      expect(items.length).toBeLessThanOrEqual(61);
      const counts = countBy(passing, ({ csp }) => csp?.directive);
      expect(directives.map((name) => counts.get(name))).toEqual([...counts.values()].sort((a, b) => b - a));
      const { noise: _, ...others } = asked;
      expect(noise).toBe(
        sum(lines.filter((line) => line.csp && isNoisePlainly(line, lines) && passesPlainly(line, others, lines))),
      );
    }),
    { numRuns: 30 },
  );
});

test('coverage and policies count what came, by browser, form, disposition and hash', async () => {
  await fc.assert(
    fc.asyncProperty(madeStream, madeFilters, async ({ lines, files }, filters) => {
      writeStream(desk.logDir, files);
      const asked = { ...span(), ...filters };
      const passing = lines.filter((line) => passesPlainly(line, asked, lines));
      const violations = single(passing.filter(({ csp }) => csp));
      const { items, others, suppressed, dropped, malformed } = await getCoverage(scope, asked);
      expect(new Map(items.map((item) => [`${item.browser} ${item.form} ${item.disposition}`, item.count]))).toEqual(
        countBy(violations, ({ csp }) => `${csp?.browser?.replace(/ \d+$/, '')} ${csp?.form} ${csp?.disposition}`),
      );
      const isOther = ({ csp, type }: MadeLine) => !csp && type && type !== 'csp_report_malformed';
      expect(new Map(others.map(({ type, count }) => [type, count]))).toEqual(
        countBy(passing.filter(isOther), ({ type }) => type),
      );
      expect(suppressed).toBe(sum(passing.filter((line) => line.suppressed !== undefined)));
      expect(dropped).toBe(passing.reduce((all, line) => all + (line.dropped ?? 0), 0));
      expect(malformed).toBe(passing.filter(({ type }) => type === 'csp_report_malformed').length);
      const policies = await listPolicies(scope, asked);
      expect(new Map(policies.items.map(({ policy_hash, count }) => [policy_hash, count]))).toEqual(
        countBy(passing, ({ csp }) => csp?.policy_hash),
      );
      const isWritten = lines.some(({ policy }) => policy);
      for (const { policy_hash, text } of policies.items)
        expect(text).toBe(isWritten && policy_hash === '0123456789abcdef' ? "script-src 'self'" : null);
    }),
    { numRuns: 20 },
  );
});

test('a group tells its pages, samples, sources, forms and policies', async () => {
  await fc.assert(
    fc.asyncProperty(madeStream, async ({ lines, files }) => {
      const id = lines.map(groupIdOf).find((group) => group !== '');
      fc.pre(id !== undefined);
      writeStream(desk.logDir, files);
      const own = lines.filter((line) => groupIdOf(line) === id);
      const asked = span();
      const group = await getGroup(scope, { id: id ?? '', ...asked });
      expect(found(group)).toEqual(expectedOf(own, lines, asked));
      const reports = single(own);
      expect(new Map(group.pages.map(({ route, count }) => [route, count]))).toEqual(
        countBy(reports, ({ csp }) => csp?.document && documentRoute(csp.document)),
      );
      expect(new Map(group.samples.map(({ sample, count }) => [sample, count]))).toEqual(
        countBy(reports, ({ csp }) => csp?.sample),
      );
      expect(new Map(group.sources.map((one) => [`${one.source_file} ${one.line} ${one.column}`, one.count]))).toEqual(
        countBy(reports, ({ csp }) => csp?.source_file && `${csp.source_file} ${csp.line} ${csp.column}`),
      );
      expect(new Map(group.forms.map(({ form, count }) => [form, count]))).toEqual(
        countBy(reports, ({ csp }) => csp?.form),
      );
      expect(new Map(group.policies.map((one) => [one.policy_hash, one.count]))).toEqual(
        countBy(reports, ({ csp }) => csp?.policy_hash),
      );
    }),
    { numRuns: 20 },
  );
});

test('a violation that was enforced and only reported is one group with two dispositions, each with its count', async () => {
  writeStream(desk.logDir, []);
  const image = { directive: 'img-src', blocked: 'https://both.example/a.png' };
  const at = new Date(Date.now() - 60_000);
  await desk.report({ ...image, disposition: 'enforce' }, at, at);
  await desk.report({ ...image, disposition: 'report' }, at, at, at);
  const asked = { ...span(), sort: 'count', limit: 10 } as const;
  const { items } = await listGroups(scope, asked);
  const dispositions = [
    { disposition: 'enforce', count: 2 },
    { disposition: 'report', count: 3 },
  ];
  expect(items).toMatchObject([{ count: 5, title: 'Violated img-src from both.example', dispositions }]);
  expect(await getGroup(scope, { id: items[0]?.id ?? '', ...span() })).toMatchObject({ count: 5, dispositions });
  // The filter asks for the reports of one disposition.
  const reported = await listGroups(scope, { ...asked, disposition: 'report' });
  expect(reported.items).toMatchObject([
    { id: items[0]?.id, count: 3, title: 'Would block img-src from both.example', dispositions: [dispositions[1]] },
  ]);
  // A disposition that no browser told is not called blocked.
  await desk.report({ directive: 'img-src', blocked: 'https://safari.example/a.png', disposition: null }, at);
  expect((await listGroups(scope, { ...asked, blocked_host: 'safari.example' })).items).toMatchObject([
    { title: 'Violated img-src from safari.example', dispositions: [{ disposition: null, count: 1 }] },
  ]);
});

test('a flood is noise as a whole when a rule by code says so of its written lines', async () => {
  const desk = await createCspConsole();
  onTestFinished(() => desk.close());
  const scope = await desk.scope();
  const now = Date.now();
  // 1,000 reports in one minute, of which 700 are counted; a browser held 400 of the next back for three hours.
  const minute = Math.floor(now / 60_000) * 60_000 - 4 * 60_000 - 10;
  const stream = createReportStream(desk.platform.cspLog);
  const body = (sample: string, age: number) =>
    Buffer.from(
      JSON.stringify([
        {
          type: 'csp-violation',
          age,
          url: 'https://shop.example/',
          body: { effectiveDirective: 'script-src-elem', blockedURL: 'inline', disposition: 'enforce', sample },
        },
      ]),
    );
  const send = (times: number, at: number, sample: string, age = 0) => {
    for (let count = 0; count < times; count += 1)
      finish(stream.addBody(body(sample, age), { disposition: null, userAgent: '' }, at));
  };
  send(1_000, minute, 'floodOfAWidget()');
  send(400, minute, 'lateWidget()', 3 * 60 * 60_000);
  send(500, minute, 'ourOwnCode()');
  // Of the next minute.
  send(1, minute + 61_000, 'floodOfAWidget()');
  await until('what was counted is written', async () => {
    await desk.platform.cspLog.flush();
    return (await getCoverage(scope, span())).suppressed === 1_000;
  });
  const rule = await desk.platform.database.cspNoiseRule.create({
    data: { ...OWN_RULE_OF_TESTS, organization_id: desk.organization.id, hosts: [], schemes: [], samples: ['widget('] },
  });
  const [all, quiet, noisy] = await Promise.all(
    [undefined, false, true].map((noise) => getTimeline(scope, { ...span(), ...(noise !== undefined && { noise }) })),
  );
  expect([all?.total, quiet?.total, noisy?.total, all?.noise]).toEqual([1_901, 500, 1_401, 1_401]);
  const groups = async (noise: boolean) =>
    (await listGroups(scope, { ...span(), sort: 'count', limit: 9, noise })).items;
  expect((await groups(true)).map(({ count, noise }) => [count, noise])).toEqual([
    [1_001, `own:${rule.id}`],
    [400, `own:${rule.id}`],
  ]);
  expect((await groups(false)).map(({ count, noise }) => [count, noise])).toEqual([[500, null]]);
  expect((await countNoise(scope)).items).toEqual([{ id: `own:${rule.id}`, count: 1_401 }]);
  expect((await getCoverage(scope, { ...span(), noise: false })).suppressed).toBe(200);
  expect((await getCoverage(scope, { ...span(), noise: true })).suppressed).toBe(800);
  const counted = await listLines(scope, { ...span(), noise: true, kinds: ['suppressed'], limit: 9 });
  expect(new Set(counted.items.map(({ message }) => Number.parseInt(message, 10)))).toEqual(new Set([100, 700]));
});
