import { readFileSync } from 'node:fs';

/** How many tests of one runner ended in which way, and what was skipped, by full name. */
export type Tally = { passed: number; failed: number; skipped: string[] };

export const sum = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((total, { passed }) => total + passed, 0),
  failed: tallies.reduce((total, { failed }) => total + failed, 0),
  skipped: tallies.flatMap(({ skipped }) => skipped),
});

/** A check, or a step that must work, counts as one test. */
export const tallyOfStep = (exitCode: number): Tally => ({
  passed: exitCode === 0 ? 1 : 0,
  failed: exitCode === 0 ? 0 : 1,
  skipped: [],
});

type VitestReport = { testResults: { status: string; assertionResults: { status: string; fullName: string }[] }[] };

/** Reads Vitest's JSON report. A file that fails without a failing test, as one that does not load, counts as one. */
export function tallyOfVitest(report: VitestReport): Tally {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failedTests = tests.filter(({ status }) => status === 'failed').length;
  const failedFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  ).length;
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failedTests + failedFiles,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  };
}

type PlaywrightSuite = {
  title: string;
  specs?: { title: string; tests: { status: string }[] }[];
  suites?: PlaywrightSuite[];
};
type PlaywrightReport = { suites: PlaywrightSuite[]; errors: unknown[] };

/** Reads Playwright's JSON report. A test that passes at its second try has failed. */
export function tallyOfPlaywright(report: PlaywrightReport): Tally {
  const tests = report.suites.flatMap((suite) => testsOf(suite, ''));
  return {
    passed: tests.filter(({ status }) => status === 'expected').length,
    failed: tests.filter(({ status }) => status !== 'expected' && status !== 'skipped').length + report.errors.length,
    skipped: tests.filter(({ status }) => status === 'skipped').map(({ name }) => name),
  };
}

function testsOf(
  { title, specs = [], suites = [] }: PlaywrightSuite,
  above: string,
): { name: string; status: string }[] {
  const here = above ? `${above} ${title}` : title;
  return [
    ...specs.flatMap((spec) => spec.tests.map(({ status }) => ({ name: `${here} ${spec.title}`, status }))),
    ...suites.flatMap((suite) => testsOf(suite, here)),
  ];
}

/**
 * A runner's report and its exit code, in one tally: whatever it says, a runner that fails has failed.
 * @param path of the JSON report, which is missing when the runner did not come far enough.
 */
export function tallyOfRunner(
  path: string,
  read: typeof tallyOfVitest | typeof tallyOfPlaywright,
  exitCode: number,
): Tally {
  let tally: Tally = { passed: 0, failed: 0, skipped: [] };
  try {
    tally = read(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    console.error(`There is no report: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1, skipped: [] };
  }
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

/** What may be skipped, each with a reason that holds for good: a test, or all tests whose names begin with these words. */
export type AllowedSkip = { test: string; reason: string };

/** Counts the skips that nobody has allowed as failures. */
export function judgeSkips(tally: Tally, allowed: readonly AllowedSkip[]): Tally & { unlisted: string[] } {
  const isListed = (name: string) => allowed.some(({ test }) => name === test || name.startsWith(`${test} `));
  const unlisted = tally.skipped.filter((name) => !isListed(name));
  return {
    ...tally,
    failed: tally.failed + unlisted.length,
    skipped: tally.skipped.filter(isListed),
    unlisted,
  };
}
