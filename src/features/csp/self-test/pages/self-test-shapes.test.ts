import { describe, expect, test } from 'vitest';
import { createRecordMaker } from '#core/csp/report/record.ts';
import { dispositionOf, isViolation, parseReports } from '#core/csp/report/report.ts';
import { pageOfShape, SELF_TEST_SHAPES } from './self-test-shapes.ts';

const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0';
const records = createRecordMaker();

describe.each(SELF_TEST_SHAPES.map((shape) => [shape.name, shape] as const))('%s', (_, shape) => {
  const page = pageOfShape('run-1a2b3c', shape);
  const body = new TextEncoder().encode(JSON.stringify(shape.body(page, USER_AGENT)));
  const { reports } = parseReports(body);
  const context = { userAgent: USER_AGENT, disposition: dispositionOf(shape.query.replace('?d=', '')) };

  test('becomes as many lines as it says', () => {
    expect(reports).toHaveLength(shape.lines);
  });

  test('can be told from the others, is noise and says whether it was blocked', () => {
    for (const report of reports) {
      if (isViolation(report)) {
        const { csp } = records.violation(report, context);
        expect(csp).toMatchObject({ document: page, noise: 'self-test', disposition: expect.any(String) });
        expect(csp.directive).not.toBe('');
      } else {
        expect(records.other(report, context)).toMatchObject({ url: page, msg: `Report of deprecation at ${page}` });
      }
    }
  });
});
