import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { judgeSkips, sum, tallyOfPlaywright, tallyOfRunner, tallyOfStep, tallyOfVitest } from './tally.ts';

const vitestReport = {
  testResults: [
    {
      name: 'one.test.ts',
      status: 'failed',
      assertionResults: [
        { status: 'passed', fullName: 'a holds' },
        { status: 'failed', fullName: 'b holds', failureMessages: ['Error: \u001b[31mno\u001b[39m\n\n  at b'] },
        { status: 'pending', fullName: 'c holds' },
      ],
    },
    { name: 'two.test.ts', status: 'failed', message: 'Cannot find module', assertionResults: [] },
    { name: 'three.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'd holds' }] },
  ],
};

test('of Vitest, a file that does not load counts as one failure, and each says where and why', () => {
  expect(tallyOfVitest(vitestReport)).toEqual({
    passed: 2,
    failed: ['one.test.ts › b holds\n    Error: no\n      at b', 'two.test.ts\n    Cannot find module'],
    skipped: ['c holds'],
  });
});

test('of Playwright, what passes at its second try has failed, and so has what stops the run', () => {
  const report = {
    suites: [
      {
        title: 'a.e2e.ts',
        specs: [
          {
            title: 'one',
            tests: [{ status: 'expected' }, { status: 'flaky', results: [{ error: { message: 'gone' } }, {}] }],
          },
        ],
        suites: [
          { title: 'group', specs: [{ title: 'two', tests: [{ status: 'unexpected' }, { status: 'skipped' }] }] },
        ],
      },
    ],
    errors: [{ message: 'no browser' }],
  };
  expect(tallyOfPlaywright(report)).toEqual({
    passed: 1,
    failed: ['a.e2e.ts one\n    gone', 'a.e2e.ts group two', 'The run of Playwright\n    no browser'],
    skipped: ['a.e2e.ts group two'],
  });
});

test('a runner that fails without a failing test, or leaves no report, has failed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'honeyframe-tally-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const good = {
    testResults: [
      { name: 'one.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'a holds' }] },
    ],
  };
  writeFileSync(join(dir, 'good.json'), JSON.stringify(good));
  const read = (name: string, exitCode: number) => tallyOfRunner('vitest', join(dir, name), tallyOfVitest, exitCode);
  expect(read('good.json', 0)).toEqual({ passed: 1, failed: [], skipped: [] });
  expect(read('good.json', 1)).toMatchObject({ passed: 1, failed: [expect.stringContaining('exit code 1')] });
  expect(read('none.json', 0)).toMatchObject({ passed: 0, failed: [expect.stringContaining('left no report')] });
});

test('a skip that nobody has allowed is a failure', () => {
  const tally = sum([tallyOfStep('tsc', 0), { passed: 1, failed: [], skipped: ['a', 'a holds', 'ab', 'b'] }]);
  expect(judgeSkips(tally, [{ test: 'a', reason: 'It needs another system.' }])).toEqual({
    passed: 2,
    failed: ['ab', 'b'].map((name) => `skipped, and not listed in .ci/allowed-skips.json: ${name}`),
    skipped: ['a', 'a holds'],
  });
});
