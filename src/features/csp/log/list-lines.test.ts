import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LINE_KINDS, type LineKind } from '#core/csp/report/line.ts';
import { createCspConsole } from '#testing/csp/console.ts';
import { kindOf, madeFilters, OWN_RULE_OF_TESTS, passesPlainly } from '#testing/csp/line-filters.ts';
import { type MadeLine, madeStream, writeStream } from '#testing/csp/stream-files.ts';
import type { CspScope } from '../csp-scope.ts';
import { findLines } from './find-lines.ts';
import { type CspFilters, toLineFilter } from './line-filter.ts';
import { listLines } from './list-lines.ts';

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

const identity = ({ time, msg }: { time: number; msg: string }) => `${time} ${msg}`;
const newestFirst = (a: MadeLine, b: MadeLine) => b.time - a.time || (a.id < b.id ? 1 : -1);

async function allPages(question: CspFilters & { limit: number; kinds?: LineKind[] }) {
  const items = [];
  let cursor: string | undefined;
  do {
    const page = await listLines(scope, { ...question, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(question.limit);
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

test('the pages of any filter are exactly the lines that pass it, newest first, each once', async () => {
  const kinds = fc.option(fc.subarray([...LINE_KINDS], { minLength: 1 }), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(
      madeStream,
      madeFilters,
      kinds,
      fc.integer({ min: 1, max: 9 }),
      async (stream, asked, wanted, limit) => {
        writeStream(desk.logDir, stream.files);
        const items = await allPages({ ...asked, limit, ...(wanted && { kinds: wanted }) });
        const expected = stream.lines
          .filter((line) => passesPlainly(line, asked, stream.lines) && (!wanted || wanted.includes(kindOf(line))))
          .sort(newestFirst);
        const found = items.map(({ at, message }) => identity({ time: at.getTime(), msg: message }));
        expect(found.toSorted()).toEqual(expected.map(identity).toSorted());
        expect(items.map(({ at }) => at.getTime())).toEqual(expected.map((line) => line.time));
        expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
      },
    ),
    { numRuns: 150 },
  );
});

test('DuckDB finds the lines that the reader of the newest finds, in the same order', async () => {
  await fc.assert(
    fc.asyncProperty(madeStream, madeFilters, fc.integer({ min: 1, max: 30 }), async (stream, asked, most) => {
      fc.pre(!stream.isOld);
      writeStream(desk.logDir, stream.files);
      const expected = stream.lines.filter((line) => passesPlainly(line, asked, stream.lines)).sort(newestFirst);
      const end = expected[2] ?? null;
      const search = { filter: toLineFilter(asked), kinds: undefined, end, most };
      const found = await findLines(scope, search);
      const after = end ? expected.slice(3) : expected;
      expect(found.map(({ id }) => id)).toEqual(after.slice(0, most).map(({ id }) => id));
    }),
    { numRuns: 100 },
  );
});
