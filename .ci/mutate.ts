import { fork } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BaseSequencer, createVitest, type TestModule, type TestSpecification } from 'vitest/node';
import { readModules, type SourceModule } from '../src/testing/architecture/source-module.ts';
import { useScratch } from '../src/testing/scratch.ts';
import { testFilesByKind } from '../src/testing/test-projects.ts';
import { isEquivalent } from './equivalent-mutants.ts';
import { LISTED, listedMutant } from './listed-changes.ts';
import { applied, type Mutant, mutantsOf, sampleOf } from './mutants.ts';
import { nearestTests } from './nearest-tests.ts';
import { PROJECT_DIR } from './run-step.ts';

/** What the nearest tests may take with one mutant, which can wait or turn forever, beyond three times what they take without. */
const PATIENCE_MS = 60_000;
const USAGE =
  'Usage: npm run mutate -- src/core/sign.ts [MORE PATHS] [--most 50] [--seed 2] [--at-once 3] [--processes], or --listed';

/** `tests`: instead of the nearest ones. */
type Job = { path: string; mutant: Mutant; tests?: readonly string[] | undefined };
type Verdict = 'killed' | 'survived' | 'too slow';
/** To a judge: which test files to run without a change, or the change to try. */
type Question = { baseline: readonly string[] } | { tookMs: Record<string, number>; job: Job };
/** From a judge: what each test file takes without a change, or what a change came to. */
type Report = { tookMs: Record<string, number> } | { broken: string } | { verdict: Verdict; by: string };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    most: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '3' },
    listed: { type: 'boolean', default: false },
    processes: { type: 'boolean', default: false },
    judge: { type: 'boolean', default: false },
  },
});
const modules = readModules(PROJECT_DIR);
const kinds = testFilesByKind(PROJECT_DIR);
/** Tests that start programs are slow, so they have to be asked for, and only those in the module's own folder are run. */
const testsOf = ({ path, tests }: Job): readonly string[] => {
  if (tests) return tests;
  const quick = nearestTests(modules, path, (one) => kinds.code.includes(one) || kinds.database.includes(one));
  if (!values.processes) return quick;
  const beside = kinds.processes.filter((one) => dirname(one) === dirname(path));
  return [...quick, ...nearestTests(modules, path, (one) => beside.includes(one))];
};

/**
 * Runs the tests nearest to each job's module, the quickest first, with its change. A change is noticed when a test
 * fails. The sources on the disk stay as they are.
 */
async function judgeMutants(): Promise<void> {
  let job: Job | undefined;
  let tookMs: Record<string, number> = {};
  const tests: string[] = JSON.parse(process.env.MUTATE_TESTS ?? '[]');
  class QuickestFirst extends BaseSequencer {
    override async sort(specs: TestSpecification[]) {
      const cost = ({ moduleId }: TestSpecification) => tookMs[relative(PROJECT_DIR, moduleId)] ?? 0;
      return specs.toSorted((one, other) => cost(one) - cost(other));
    }
  }
  const mutation = {
    name: 'mutant',
    enforce: 'pre' as const,
    transform: (_source: string, id: string) =>
      job && id === join(PROJECT_DIR, job.path) ? applied(readFileSync(id, 'utf8'), job.mutant) : undefined,
  };
  const project = (name: string, include: string[], options: object) => ({
    plugins: [mutation],
    test: {
      name,
      include: tests.filter((one) => include.includes(one)),
      pool: 'forks' as const,
      maxWorkers: 1,
      testTimeout: 30_000,
      hookTimeout: 60_000,
      globalSetup: ['src/testing/test-server.ts'],
      ...options,
    },
  });
  const vitest = await createVitest('test', {
    config: false,
    root: PROJECT_DIR,
    watch: false,
    bail: 1,
    silent: true,
    maxWorkers: 1,
    fsModuleCache: false, // it knows nothing of mutants
    reporters: [{}],
    sequence: { sequencer: QuickestFirst },
    projects: [
      project('quick', [...kinds.code, ...kinds.database], { isolate: false }),
      project('processes', kinds.processes, { sequence: { groupOrder: 1 } }),
    ],
  });
  // After the first failure the run is cancelled, and a module that is cancelled counts as passed.
  const hasFailed = (module: TestModule) => !module.ok() || [...module.children.allTests('failed')].length > 0;
  const run = async (files: readonly string[]): Promise<{ failed: string[]; ran: readonly TestModule[] }> => {
    const specs = (await vitest.globTestSpecifications()).filter(({ moduleId }) =>
      files.includes(relative(PROJECT_DIR, moduleId)),
    );
    vitest.state.filesMap.clear(); // otherwise what failed with another change still counts as failed
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specs);
    const failed = testModules.filter(hasFailed).map(({ relativeModuleId }) => relativeModuleId);
    if (testModules.length === 0) failed.push('no test at all');
    if (unhandledErrors.length > 0) failed.push('an unhandled error');
    return { failed, ran: testModules };
  };
  const send = (report: Report) => process.send?.(report);
  process.once('disconnect', () => process.exit()); // the one who asks is gone, or has its answers
  const answer = async (asked: Question): Promise<void> => {
    if ('baseline' in asked) {
      // A machine that does other things too may be too slow for a test once.
      let { failed, ran } = await run(asked.baseline);
      if (failed.length > 0) ({ failed, ran } = await run(asked.baseline));
      const took = ran.map((module) => [module.relativeModuleId, module.diagnostic().duration] as const);
      send(failed.length > 0 ? { broken: failed.join(', ') } : { tookMs: Object.fromEntries(took) });
      return;
    }
    if (job) vitest.invalidateFile(join(PROJECT_DIR, job.path));
    ({ job, tookMs } = asked);
    vitest.invalidateFile(join(PROJECT_DIR, job.path));
    const { failed } = await run(testsOf(job));
    send({ verdict: failed.length > 0 ? 'killed' : 'survived', by: failed.join(', ') });
  };
  process.on('message', (asked: Question) => void answer(asked));
}

/** A judge in a process of its own, which can be ended when a mutant hangs. */
function startJudge(tests: readonly string[]) {
  const child = fork(import.meta.filename, ['--judge', ...(values.processes ? ['--processes'] : [])], {
    detached: true,
    env: { ...process.env, MUTATE_TESTS: JSON.stringify(tests) },
  });
  return {
    ask(message: Question, patienceMs: number): Promise<Report> {
      const { promise, resolve: answer } = Promise.withResolvers<Report>();
      const timer = setTimeout(() => answer({ verdict: 'too slow', by: `${patienceMs} ms` }), patienceMs);
      const onExit = () => answer({ broken: 'the judge has ended' });
      child.once('message', (report: Report) => answer(report));
      child.once('exit', onExit);
      child.send(message);
      return promise.finally(() => {
        clearTimeout(timer);
        child.removeListener('exit', onExit);
        child.removeAllListeners('message');
      });
    },
    async end(): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const { promise, resolve: done } = Promise.withResolvers<void>();
      child.once('exit', () => done());
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
      await promise;
    },
  };
}

/** All modules of a folder, without its tests, components, and pages. */
function modulesOf(path: string): string[] {
  if (statSync(join(PROJECT_DIR, path)).isFile()) return [path];
  return modules
    .map((module: SourceModule) => module.path)
    .filter((one) => one.startsWith(`${path}/`) && !/\.test\.tsx?$|\.tsx$/.test(one) && !/\/pages\//.test(one));
}

useScratch();
if (values.judge) await judgeMutants();
else if (positionals.length === 0 && !values.listed) {
  console.error(USAGE);
  process.exitCode = 1;
} else process.exitCode = await judgeAll();

/** @returns the exit code: 0 also when changes survive, which is for people to judge. */
async function judgeAll(): Promise<number> {
  const paths = [...new Set(positionals.flatMap((one) => modulesOf(relative(PROJECT_DIR, resolve(one)))))];
  const codeOf = (path: string) => readFileSync(join(PROJECT_DIR, path), 'utf8');
  const possible: Job[] = values.listed
    ? LISTED.map((one) => ({ path: one.path, mutant: listedMutant(one, codeOf(one.path)), tests: one.tests }))
    : paths.flatMap((path) =>
        mutantsOf(path, codeOf(path)).flatMap((mutant) =>
          isEquivalent(path, codeOf(path), mutant) ? [] : [{ path, mutant }],
        ),
      );
  const jobs = sampleOf(possible, Number(values.most), Number(values.seed));
  const tests = [...new Set(jobs.flatMap(testsOf))];
  console.log(`${jobs.length} of ${possible.length} changes; ${tests.length} test files\n  ${tests.join('\n  ')}`);
  const judges = Array.from({ length: Math.min(Number(values['at-once']), tests.length) }, () => startJudge(tests));
  const baselines = await Promise.all(
    judges.map((judge, index) =>
      judge.ask({ baseline: tests.filter((_, place) => place % judges.length === index) }, 900_000),
    ),
  );
  const tookMs: Record<string, number> = {};
  for (const baseline of baselines) {
    if ('tookMs' in baseline) Object.assign(tookMs, baseline.tookMs);
    else {
      console.error(`Without a change, this fails: ${'broken' in baseline ? baseline.broken : 'too slow'}`);
      await Promise.all(judges.map((judge) => judge.end()));
      return 1;
    }
  }
  const verdicts = new Map<Job, Verdict>();
  const left = [...jobs];
  const work = async (given: ReturnType<typeof startJudge>) => {
    let judge: typeof given | undefined = given;
    for (let job = left.shift(); job; job = left.shift()) {
      judge ??= startJudge(tests);
      const expectedMs = testsOf(job).reduce((sum, test) => sum + (tookMs[test] ?? 0), 0);
      const report = await judge.ask({ tookMs, job }, PATIENCE_MS + 3 * expectedMs);
      const { verdict, by } =
        'verdict' in report ? report : { verdict: 'killed' as const, by: 'the end of the process' };
      if (!('verdict' in report) || verdict === 'too slow') {
        await judge.end();
        judge = undefined;
      }
      verdicts.set(job, verdict);
      const { line, what } = job.mutant;
      console.log(`${verdict === 'survived' ? 'SURVIVED' : verdict} ${job.path}:${line} ${what}${by && ` (${by})`}`);
    }
    await judge?.end();
  };
  await Promise.all(judges.map(work));
  for (const path of new Set(jobs.map((job) => job.path))) {
    const own = jobs.filter((job) => job.path === path);
    const survivors = own.filter((job) => verdicts.get(job) === 'survived');
    console.log(`${path}: ${own.length - survivors.length} of ${own.length} killed`);
    for (const { mutant } of survivors) console.log(`  line ${mutant.line} survives: ${mutant.what}`);
  }
  const killed = [...verdicts.values()].filter((verdict) => verdict !== 'survived').length;
  console.log(`${killed} of ${jobs.length} changes killed: ${((100 * killed) / jobs.length).toFixed(1)} %`);
  return 0;
}
