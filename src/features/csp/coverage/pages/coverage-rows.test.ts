import { expect, test } from 'vitest';
import { coverageRows } from './coverage-rows.ts';

const item = (browser: string, form: 'report-uri' | 'report-to', given: object = {}) => ({
  browser,
  form,
  disposition: 'report' as 'enforce' | 'report' | null,
  versions: ['156'],
  count: 1,
  last_seen: '2026-11-24T09:00:00.000Z',
  ...given,
});

test('a browser has one row, with what came by each form', () => {
  const rows = coverageRows([
    item('Firefox', 'report-uri', { versions: ['115', '9'], count: 2 }),
    item('Chrome', 'report-to', { count: 5, versions: ['155'] }),
    item('Chrome', 'report-to', { disposition: 'enforce', count: 7, last_seen: '2026-11-24T10:00:00.000Z' }),
    item('Chrome', 'report-uri', { disposition: null, count: 1 }),
  ]);
  expect(rows).toEqual([
    {
      browser: 'Chrome',
      versions: ['156', '155'],
      total: 13,
      couldReportTo: null,
      cells: {
        'report-uri': { count: 1, last_seen: '2026-11-24T09:00:00.000Z', enforce: 0, report: 0, unknown: 1 },
        'report-to': { count: 12, last_seen: '2026-11-24T10:00:00.000Z', enforce: 7, report: 5, unknown: 0 },
      },
    },
    {
      browser: 'Firefox',
      versions: ['115', '9'],
      total: 2,
      couldReportTo: null,
      cells: {
        'report-uri': { count: 2, last_seen: '2026-11-24T09:00:00.000Z', enforce: 0, report: 2, unknown: 0 },
        'report-to': null,
      },
    },
  ]);
});

test.each([
  ['Firefox', '153', 149],
  ['Firefox', '148', null],
  ['Chrome', '95', null],
  ['Other', '', null],
  ['toString', '5', null],
])('%s %s without a report by report-to: known since %s', (browser, version, since) => {
  expect(coverageRows([item(browser, 'report-uri', { versions: [version] })])[0]?.couldReportTo).toBe(since);
});
