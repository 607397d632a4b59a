import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureChromium } from '../e2e/chromium.ts';
import { BuildError, ensureNextBuild } from '../src/platform/next/next-build.ts';
import { countLines, countOf } from '../src/testing/counts.ts';
import { useScratch } from '../src/testing/scratch.ts';
import { fuzzApi } from './fuzz-api.ts';
import { PROJECT_DIR, runStep } from './run-step.ts';
import { slowestLines, timesOfPlaywright, timesOfVitest } from './slowest.ts';
import { judgeSkips, sum, type Tally, tallyOfPlaywright, tallyOfRunner, tallyOfStep, tallyOfVitest } from './tally.ts';

const VITEST_REPORT = 'vitest.json';
const PLAYWRIGHT_REPORT = 'playwright.json';
const CHECKS = [
  ['biome', 'check', '--error-on-warnings', '.'],
  ['tsc', '--noEmit', '-p', '.'],
  ['oxlint', '--type-aware', '--deny-warnings', '.'],
  ['knip'],
];

type Options = { fast: boolean; thorough: boolean };

/**
 * `npm test`: the checks, the Vitest tests and the tests in a browser; with `--fast` (`npm run check`) the checks alone;
 * with `--thorough` (`npm run test:thorough`) with full counts, and also made-up requests for every operation of the API.
 *
 * The checks run beside the tests, which wait a lot. The two runners follow each other: on two cores, browsers and
 * databases at once made each other wait longer than a test is patient.
 */
async function runAll({ fast, thorough }: Options, reports: string): Promise<Tally> {
  if (fast) return sum(await Promise.all(CHECKS.map(check)));
  const env: Record<string, string> = thorough ? { TEST_COUNTS: 'full' } : {};
  // One after the other: they are there to fill the pauses of the tests, not to take their time.
  const checks = CHECKS.reduce(
    async (earlier, one) => [...(await earlier), await check(one)],
    Promise.resolve<Tally[]>([]),
  );
  // Tests of both runners start consoles, which would all wait for it.
  const tallies = [await step('next build', build)];
  tallies.push(await step('vitest', () => runVitest(join(reports, VITEST_REPORT), env)));
  tallies.push(await step('playwright', () => runPlaywright(join(reports, PLAYWRIGHT_REPORT), env)));
  const examples = countOf('madeUpRequests', thorough);
  if (examples > 0) tallies.push(await step('schemathesis', () => runFuzz(examples)));
  return sum([...(await checks), ...tallies]);
}

const check = (command: readonly string[]): Promise<Tally> => {
  const [name = ''] = command;
  return step(name, async () => tallyOfStep(name, await runStep(name, command)));
};

async function step(name: string, run: () => Promise<Tally>): Promise<Tally> {
  console.log(`── ${name}`);
  const start = performance.now();
  const tally = await run();
  console.log(
    `── ${name}: ${tally.failed.length === 0 ? 'passed' : 'FAILED'} in ${Math.round((performance.now() - start) / 1000)} s`,
  );
  return tally;
}

/** Once, for all the consoles that the tests start. */
async function build(): Promise<Tally> {
  try {
    await ensureNextBuild({ projectDir: PROJECT_DIR, signal: AbortSignal.timeout(600_000), onBuild: () => {} });
    return tallyOfStep('next build', 0);
  } catch (error) {
    console.error(error instanceof BuildError ? `${error.output}\n${error.message}` : error);
    return tallyOfStep('next build', 1);
  }
}

async function runVitest(report: string, env: Record<string, string>): Promise<Tally> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return tallyOfRunner('vitest', report, tallyOfVitest, await runStep('vitest', ['vitest', 'run', ...reporters], env));
}

async function runPlaywright(report: string, env: Record<string, string>): Promise<Tally> {
  try {
    ensureChromium();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return tallyOfStep('a browser for playwright', 1);
  }
  const options = ['test', '--config=e2e/playwright.config.ts', '--reporter=list,json'];
  const exitCode = await runStep('playwright', ['playwright', ...options], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  return tallyOfRunner('playwright', report, tallyOfPlaywright, exitCode);
}

async function runFuzz(examples: number): Promise<Tally> {
  try {
    return tallyOfStep('schemathesis', await fuzzApi(examples));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return tallyOfStep('schemathesis', 1);
  }
}

/** The files that took the longest, so that a slow one is noticed when it comes. */
function printSlowest(reports: string): void {
  const readReport = (name: string) =>
    existsSync(join(reports, name)) ? JSON.parse(readFileSync(join(reports, name), 'utf8')) : null;
  const vitest = readReport(VITEST_REPORT);
  const playwright = readReport(PLAYWRIGHT_REPORT);
  const times = [
    ...(vitest ? timesOfVitest(vitest) : []).map(({ path, ms }) => ({ path: relative(PROJECT_DIR, path), ms })),
    ...(playwright ? timesOfPlaywright(playwright) : []).map(({ path, ms }) => ({ path: `e2e/${path}`, ms })),
  ];
  if (times.length > 0) console.log(['\nThe slowest files:', ...slowestLines(times)].join('\n'));
}

const thorough = process.argv.includes('--thorough');
useScratch();
const reports = mkdtempSync(join(tmpdir(), 'honeyframe-reports-'));
try {
  const allowed = JSON.parse(readFileSync(join(import.meta.dirname, 'allowed-skips.json'), 'utf8'));
  const { passed, failed, skipped } = judgeSkips(
    await runAll({ fast: process.argv.includes('--fast'), thorough }, reports),
    allowed,
  );
  printSlowest(reports);
  if (thorough) console.log(['\nCounts:', ...countLines(true)].join('\n  '));
  if (failed.length > 0) console.log(['\nFailed:', ...failed].join('\n  '));
  console.log(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  process.exitCode = failed.length > 0 || passed === 0 ? 1 : 0;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
