import { expect, test } from 'vitest';
import { collectGarbage } from '#testing/collect-garbage.ts';
import { countOf, spelled } from '#testing/counts.ts';
import { readCspSamples } from '#testing/csp/sample.ts';
import { mutate, randomOf } from '#testing/mutated-bodies.ts';
import { createRecordMaker } from './record.ts';
import { isViolation, parseReports } from './report.ts';

const BODIES = countOf('mutatedBodies');
const MOST_LINE_CHARACTERS = 16_384;
/** Under what the bodies hold (1.5 kB each), over what the record maker remembers. */
const MOST_GROWTH_BYTES = 64 * 1024 * 1024;

const CONTEXT = { userAgent: 'Firefox/153', disposition: null };

test('what is kept of a report keeps nothing of the rest of its text', () => {
  const records = createRecordMaker();
  const large = (n: number, rest: string): object[] => [
    { 'blocked-uri': `https://n${n}.example/`, 'document-uri': `https://documents-of-${n}.example/${rest}` },
    { 'blocked-uri': 'inline', 'violated-directive': `script-src-of-some-${n} ${rest}` },
    { 'blocked-uri': 'inline', 'effective-directive': 'img-src', 'original-policy': `img-src n${n}.example;${rest}x` },
  ];
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  // In a function of its own: what a running one has in its hands is no garbage yet.
  const keep = () =>
    Array.from({ length: 30 }, (_, n) => large(n, ' '.repeat(1_000_000)))
      .flat()
      .flatMap((body) => parseReports(Buffer.from(JSON.stringify(body))).reports)
      .filter(isViolation)
      .map((violation) => ({ ...violation, policy: records.violation(violation, CONTEXT).policy }));
  const kept = keep();
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * 1024 * 1024);
  expect(kept).toHaveLength(90);
});

test(`${spelled(BODIES)} mutated bodies throw nothing, make bounded lines, and leave memory flat`, {
  timeout: 180_000,
}, () => {
  const random = randomOf(156);
  const records = createRecordMaker();
  // Long batches are cut to their first reports, or the run takes minutes.
  const samples = readCspSamples().map(({ body }) => (body.length > 4_000 ? body.subarray(0, 1_500) : body));
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
    for (const report of reports) {
      const line = isViolation(report) ? records.violation(report, CONTEXT) : records.other(report, CONTEXT);
      longest = Math.max(longest, JSON.stringify({ ...line, policy: null }).length);
      taken += 1;
    }
  }
  collectGarbage();
  expect(process.memoryUsage().heapUsed - settled).toBeLessThan(MOST_GROWTH_BYTES);
  expect(longest).toBeLessThan(MOST_LINE_CHARACTERS);
  expect(taken).toBeGreaterThan(BODIES / 10);
});
