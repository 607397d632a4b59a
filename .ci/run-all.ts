import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from '../e2e/chromium.ts';
import { BuildError, ensureNextBuild } from '../src/platform/next-build.ts';
import { fuzzApi } from './fuzz-api.ts';
import { PROJECT_DIR, runStep } from './run-step.ts';
import { judgeSkips, sum, type Tally, tallyOfPlaywright, tallyOfRunner, tallyOfStep, tallyOfVitest } from './tally.ts';

const CHECKS = [
  ['biome', 'check', '--error-on-warnings', '.'],
  ['tsc', '--noEmit', '-p', '.'],
  ['oxlint', '--type-aware', '--deny-warnings', '.'],
  ['knip'],
];

/** How many made-up requests the thorough tests send for each operation of the API, beside those of its bounds. */
const FUZZ_EXAMPLES = 50;

/**
 * `npm test`: the checks, the unit tests and the tests in a browser; with `--fast` (`npm run check`) the checks alone;
 * with `--thorough` (`npm run test:thorough`) also made-up requests for every operation of the API.
 */
async function runAll({ fast, thorough }: { fast: boolean; thorough: boolean }, reports: string): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const check of CHECKS) tallies.push(await step(check.join(' '), async () => tallyOfStep(await runStep(check))));
  if (fast) return sum(tallies);
  tallies.push(await step('next build', build));
  tallies.push(await step('vitest', () => runVitest(join(reports, 'vitest.json'))));
  tallies.push(await step('playwright', () => runPlaywright(join(reports, 'playwright.json'))));
  if (thorough) tallies.push(await step(`schemathesis, ${FUZZ_EXAMPLES} examples an operation`, runFuzz));
  return sum(tallies);
}

async function step(name: string, run: () => Promise<Tally>): Promise<Tally> {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const tally = await run();
  console.log(
    `── ${name}: ${tally.failed === 0 ? 'passed' : 'FAILED'} in ${Math.round((performance.now() - start) / 1000)} s`,
  );
  return tally;
}

/** Once, for all the consoles that the tests start. */
async function build(): Promise<Tally> {
  try {
    await ensureNextBuild({ projectDir: PROJECT_DIR, signal: AbortSignal.timeout(600_000), onBuild: () => {} });
    return tallyOfStep(0);
  } catch (error) {
    console.error(error instanceof BuildError ? `${error.output}\n${error.message}` : error);
    return tallyOfStep(1);
  }
}

async function runVitest(report: string): Promise<Tally> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return tallyOfRunner(report, tallyOfVitest, await runStep(['vitest', 'run', ...reporters]));
}

async function runPlaywright(report: string): Promise<Tally> {
  try {
    ensureChromium();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return tallyOfStep(1);
  }
  const options = ['test', '--config=e2e/playwright.config.ts', '--reporter=list,json'];
  const exitCode = await runStep(['playwright', ...options], { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  return tallyOfRunner(report, tallyOfPlaywright, exitCode);
}

async function runFuzz(): Promise<Tally> {
  try {
    return tallyOfStep(await fuzzApi(FUZZ_EXAMPLES));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return tallyOfStep(1);
  }
}

const reports = mkdtempSync(join(tmpdir(), 'honeyframe-reports-'));
try {
  const allowed = JSON.parse(readFileSync(join(import.meta.dirname, 'allowed-skips.json'), 'utf8'));
  const { passed, failed, skipped, unlisted } = judgeSkips(
    await runAll({ fast: process.argv.includes('--fast'), thorough: process.argv.includes('--thorough') }, reports),
    allowed,
  );
  for (const name of unlisted) console.error(`Skipped, and not listed in .ci/allowed-skips.json: ${name}`);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
