import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** How many tests of one runner passed; what failed, each with the beginning of its message; what was skipped, by full name. */
export type Tally = { passed: number; failed: string[]; skipped: string[] };

export const sum = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((total, { passed }) => total + passed, 0),
  failed: tallies.flatMap(({ failed }) => failed),
  skipped: tallies.flatMap(({ skipped }) => skipped),
});

/** A check, or a step that must work, counts as one test. */
export const tallyOfStep = (name: string, exitCode: number): Tally => ({
  passed: exitCode === 0 ? 1 : 0,
  failed: exitCode === 0 ? [] : [name],
  skipped: [],
});

/** A failure, and the first lines of what was said about it: a log that is cut off at its head still tells what failed. */
const failure = (name: string, message = '') =>
  [name, ...stripVTControlCharacters(message).split('\n').filter(Boolean).slice(0, 4)].join('\n    ');

type VitestReport = {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] | null }[];
  }[];
};

/** Reads Vitest's JSON report. A file that fails without a failing test, as one that does not load, counts as one. */
export function tallyOfVitest(report: VitestReport): Tally {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: report.testResults.flatMap(({ name, status, message, assertionResults }) => {
      const failed = assertionResults.filter((one) => one.status === 'failed');
      if (status === 'failed' && failed.length === 0) return [failure(name, message)];
      return failed.map((one) => failure(`${name} › ${one.fullName}`, one.failureMessages?.[0]));
    }),
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  };
}

type PlaywrightSuite = {
  title: string;
  specs?: { title: string; tests: PlaywrightTest[] }[];
  suites?: PlaywrightSuite[];
};
type PlaywrightTest = { status: string; results?: { error?: { message?: string } }[] };
type PlaywrightReport = { suites: PlaywrightSuite[]; errors: { message?: string }[] };

/** Reads Playwright's JSON report. A test that passes at its second try has failed. */
export function tallyOfPlaywright(report: PlaywrightReport): Tally {
  const tests = report.suites.flatMap((suite) => testsOf(suite, ''));
  return {
    passed: tests.filter(({ status }) => status === 'expected').length,
    failed: [
      ...tests
        .filter(({ status }) => status !== 'expected' && status !== 'skipped')
        .map(({ name, results }) => failure(name, results?.find(({ error }) => error)?.error?.message)),
      ...report.errors.map(({ message }) => failure('The run of Playwright', message)),
    ],
    skipped: tests.filter(({ status }) => status === 'skipped').map(({ name }) => name),
  };
}

function testsOf(
  { title, specs = [], suites = [] }: PlaywrightSuite,
  above: string,
): (PlaywrightTest & { name: string })[] {
  const here = above ? `${above} ${title}` : title;
  return [
    ...specs.flatMap((spec) => spec.tests.map((one) => ({ ...one, name: `${here} ${spec.title}` }))),
    ...suites.flatMap((suite) => testsOf(suite, here)),
  ];
}

/**
 * A runner's report and its exit code, in one tally: whatever it says, a runner that fails has failed.
 * @param name of the runner.
 * @param path of the JSON report, which is missing when the runner did not come far enough.
 */
export function tallyOfRunner(
  name: string,
  path: string,
  read: typeof tallyOfVitest | typeof tallyOfPlaywright,
  exitCode: number,
): Tally {
  let tally: Tally = { passed: 0, failed: [], skipped: [] };
  try {
    tally = read(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...tally, failed: [failure(`${name} left no report`, reason)] };
  }
  if (exitCode === 0 || tally.failed.length > 0) return tally;
  return { ...tally, failed: [`${name} ended with exit code ${exitCode}, although each of its tests passed`] };
}

/** What may be skipped, each with a reason that holds for good: a test, or all tests whose names begin with these words. */
export type AllowedSkip = { test: string; reason: string };

/** Makes failures of the skips that nobody has allowed. */
export function judgeSkips(tally: Tally, allowed: readonly AllowedSkip[]): Tally {
  const isListed = (name: string) => allowed.some(({ test }) => name === test || name.startsWith(`${test} `));
  const unlisted = tally.skipped.filter((name) => !isListed(name));
  return {
    ...tally,
    failed: [...tally.failed, ...unlisted.map((name) => `skipped, and not listed in .ci/allowed-skips.json: ${name}`)],
    skipped: tally.skipped.filter(isListed),
  };
}
