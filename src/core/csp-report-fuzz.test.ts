import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readCspSamples } from '#testing/csp-sample.ts';
import { mutate, randomOf } from '#testing/mutated-bodies.ts';
import { createRecordMaker } from './csp-record.ts';
import { isViolation, parseEntry, parseReports } from './csp-report.ts';
import { entriesOf } from './csp-report-entries.ts';

const BODIES = 200_000;
const MOST_LINE_CHARACTERS = 16_384;
/** Far under what 200,000 bodies hold (300 MB), over what the record maker remembers. */
const MOST_GROWTH_BYTES = 64 * 1024 * 1024;

/** How many reports the entries of a body hold; null where it is to be read as a whole. */
function countByEntries(body: Buffer): number | null {
  try {
    return entriesOf(body)?.filter(({ start, end }) => parseEntry(body.subarray(start, end))).length ?? null;
  } catch {
    return null;
  }
}

test('200,000 mutated bodies throw nothing, make bounded lines, and leave memory flat', { timeout: 60_000 }, () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const random = randomOf(156);
  const records = createRecordMaker();
  // Long batches are cut to their first reports, or the run takes minutes.
  const samples = readCspSamples().map(({ body }) => (body.length > 4_000 ? body.subarray(0, 1_500) : body));
  const context = { userAgent: 'Firefox/153', disposition: null };
  const otherwise: string[] = [];
  let taken = 0;
  let longest = 0;
  let settled = 0;
  for (let index = 0; index < BODIES; index += 1) {
    if (index === BODIES / 4) {
      collectGarbage();
      settled = process.memoryUsage().heapUsed;
    }
    const sample = samples[index % samples.length] ?? Buffer.alloc(0);
    let body = mutate(sample, random);
    if (random(3) === 0 && body.length > 0) body = mutate(body, random);
    const { reports } = parseReports(body);
    if ((countByEntries(body) ?? reports.length) !== reports.length) otherwise.push(body.toString());
    for (const report of reports) {
      const line = isViolation(report) ? records.violation(report, context) : records.other(report, context);
      longest = Math.max(longest, JSON.stringify({ ...line, policy: null }).length);
      taken += 1;
    }
  }
  collectGarbage();
  expect(process.memoryUsage().heapUsed - settled).toBeLessThan(MOST_GROWTH_BYTES);
  // What the entries say alone is what the body says as a whole.
  expect(otherwise).toEqual([]);
  expect(longest).toBeLessThan(MOST_LINE_CHARACTERS);
  expect(taken).toBeGreaterThan(BODIES / 10);
});
