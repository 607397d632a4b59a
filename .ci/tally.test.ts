import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { judgeSkips, sum, tallyOfPlaywright, tallyOfRunner, tallyOfStep, tallyOfVitest } from './tally.ts';

const vitestReport = {
  testResults: [
    {
      status: 'failed',
      assertionResults: [
        { status: 'passed', fullName: 'a holds' },
        { status: 'failed', fullName: 'b holds' },
        { status: 'pending', fullName: 'c holds' },
      ],
    },
    { status: 'failed', assertionResults: [] },
    { status: 'passed', assertionResults: [{ status: 'passed', fullName: 'd holds' }] },
  ],
};

test('of Vitest, a file that does not load counts as one failure', () => {
  expect(tallyOfVitest(vitestReport)).toEqual({ passed: 2, failed: 2, skipped: ['c holds'] });
});

test('of Playwright, what passes at its second try has failed, and so has what stops the run', () => {
  const report = {
    suites: [
      {
        title: 'a.e2e.ts',
        specs: [{ title: 'one', tests: [{ status: 'expected' }, { status: 'flaky' }] }],
        suites: [
          { title: 'group', specs: [{ title: 'two', tests: [{ status: 'unexpected' }, { status: 'skipped' }] }] },
        ],
      },
    ],
    errors: [{}],
  };
  expect(tallyOfPlaywright(report)).toEqual({ passed: 1, failed: 3, skipped: ['a.e2e.ts group two'] });
});

test('a runner that fails without a failing test, or leaves no report, has failed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'honeyframe-tally-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const good = { testResults: [{ status: 'passed', assertionResults: [{ status: 'passed', fullName: 'a holds' }] }] };
  writeFileSync(join(dir, 'good.json'), JSON.stringify(good));
  expect(tallyOfRunner(join(dir, 'good.json'), tallyOfVitest, 0)).toEqual({ passed: 1, failed: 0, skipped: [] });
  expect(tallyOfRunner(join(dir, 'good.json'), tallyOfVitest, 1)).toEqual({ passed: 1, failed: 1, skipped: [] });
  expect(tallyOfRunner(join(dir, 'none.json'), tallyOfVitest, 0)).toEqual({ passed: 0, failed: 1, skipped: [] });
});

test('a skip that nobody has allowed is a failure', () => {
  const tally = sum([tallyOfStep(0), { passed: 1, failed: 0, skipped: ['a', 'a holds', 'ab', 'b'] }]);
  expect(judgeSkips(tally, [{ test: 'a', reason: 'It needs another system.' }])).toEqual({
    passed: 2,
    failed: 2,
    skipped: ['a', 'a holds'],
    unlisted: ['ab', 'b'],
  });
});
