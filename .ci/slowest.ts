/** A test file, and how long its tests took together. */
export type FileTime = { path: string; ms: number };

type VitestReport = { testResults: { name: string; startTime: number; endTime: number }[] };
type PlaywrightSuite = {
  file?: string;
  specs?: { tests: { results: { duration: number }[] }[] }[];
  suites?: PlaywrightSuite[];
};

/** Of Vitest's JSON report. Its paths are absolute. */
export const timesOfVitest = ({ testResults }: VitestReport): FileTime[] =>
  testResults.map(({ name, startTime, endTime }) => ({ path: name, ms: endTime - startTime }));

/** Of Playwright's JSON report: the sum of a file's tests, which run one after the other. */
export const timesOfPlaywright = ({ suites }: { suites: PlaywrightSuite[] }): FileTime[] =>
  suites.map((suite) => ({ path: suite.file ?? '', ms: durationOf(suite) }));

function durationOf({ specs = [], suites = [] }: PlaywrightSuite): number {
  const own = specs.flatMap(({ tests }) => tests.flatMap(({ results }) => results.map(({ duration }) => duration)));
  return own.reduce((sum, ms) => sum + ms, 0) + suites.reduce((sum, suite) => sum + durationOf(suite), 0);
}

/** One line for each of the slowest files, the slowest first. */
export function slowestLines(times: readonly FileTime[], count = 10): string[] {
  return times
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, count)
    .map(({ path, ms }) => `${(ms / 1_000).toFixed(1).padStart(6)} s  ${path}`);
}
