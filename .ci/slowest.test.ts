import { expect, test } from 'vitest';
import { slowestLines, timesOfPlaywright, timesOfVitest } from './slowest.ts';

test('the slowest files of both runners are told, the slowest first', () => {
  const unit = timesOfVitest({
    testResults: [
      { name: 'src/a.test.ts', startTime: 1_000, endTime: 1_250 },
      { name: 'src/b.test.ts', startTime: 1_000, endTime: 91_000 },
    ],
  });
  const browser = timesOfPlaywright({
    suites: [
      {
        file: 'c.e2e.ts',
        specs: [{ tests: [{ results: [{ duration: 1_000 }, { duration: 500 }] }] }],
        suites: [{ specs: [{ tests: [{ results: [{ duration: 2_000 }] }] }] }],
      },
    ],
  });
  expect(slowestLines([...unit, ...browser], 2)).toEqual(['  90.0 s  src/b.test.ts', '   3.5 s  c.e2e.ts']);
});
