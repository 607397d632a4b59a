import { fork } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createVitest, type TestModule } from 'vitest/node';
import { readModules } from '../src/testing/architecture/source-module.ts';
import { useScratch } from '../src/testing/scratch.ts';
import { testFilesByKind } from '../src/testing/test-projects.ts';
import { applied, type Mutant, mutantsOf, sampleOf } from './mutants.ts';
import { nearestTests } from './nearest-tests.ts';
import { PROJECT_DIR } from './run-step.ts';

/** What the nearest tests may take with one mutant, which can wait or turn forever. */
const PATIENCE_MS = 120_000;

type Verdict = 'killed' | 'survived' | 'too slow';
type Report = { index: number; verdict: Verdict } | { broken: string };

/** A change is noticed when a test fails with it. The sources on the disk stay as they are. */
async function judgeMutants(path: string, mutants: readonly Mutant[], from: number): Promise<void> {
  const code = readFileSync(join(PROJECT_DIR, path), 'utf8');
  const file = join(PROJECT_DIR, path);
  let mutant: Mutant | undefined;
  process.once('disconnect', () => process.exit()); // the one who asks is gone, or has its answers
  const { code: ofCode, database } = testFilesByKind(PROJECT_DIR);
  const runnable = new Set([...ofCode, ...database]);
  const tests = nearestTests(readModules(PROJECT_DIR), path, (one) => runnable.has(one));
  if (from === 0) console.log(`${path}: ${tests.length} test files\n  ${tests.join('\n  ')}`);
  const vitest = await createVitest(
    'test',
    {
      config: false,
      root: PROJECT_DIR,
      watch: false,
      include: tests,
      pool: 'forks',
      isolate: false,
      maxWorkers: 2,
      bail: 1,
      globalSetup: tests.some((test) => database.includes(test)) ? ['src/testing/test-server.ts'] : [],
      testTimeout: 30_000,
      hookTimeout: 60_000,
      silent: true,
      fsModuleCache: false, // it knows nothing of mutants
      reporters: [{}],
    },
    {
      plugins: [
        {
          name: 'mutant',
          enforce: 'pre',
          transform: (_source, id) => (mutant && id === file ? applied(code, mutant) : undefined),
        },
      ],
    },
  );
  const runTests = async (): Promise<boolean> => {
    vitest.invalidateFile(file);
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(await vitest.globTestSpecifications());
    // After the first failure the run is cancelled, and a module that is cancelled counts as passed.
    const hasFailed = (module: TestModule) => !module.ok() || [...module.children.allTests('failed')].length > 0;
    return unhandledErrors.length === 0 && testModules.length > 0 && !testModules.some(hasFailed);
  };
  const send = (report: Report) => process.send?.(report);
  if (from === 0 && !(await runTests())) {
    const failed = vitest.state.getTestModules().filter((module: TestModule) => !module.ok());
    send({ broken: `Without a change, ${failed.map(({ relativeModuleId }) => relativeModuleId).join(', ')} fails.` });
  } else {
    for (let index = from; index < mutants.length; index += 1) {
      mutant = mutants[index];
      send({ index, verdict: (await runTests()) ? 'survived' : 'killed' });
    }
  }
  await vitest.close();
  process.disconnect();
}

/** Runs the judge in a process of its own, and another one behind a mutant that hangs. */
async function verdictsOf(path: string, mutants: readonly Mutant[], options: string[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  while (verdicts.length < mutants.length) {
    const judge = fork(import.meta.filename, [path, ...options, '--from', String(verdicts.length)], { detached: true });
    const { promise, resolve: end, reject } = Promise.withResolvers<void>();
    // A start takes a run without a change, which may take its time.
    let timer: NodeJS.Timeout | undefined;
    const isHanging = () => {
      verdicts.push('too slow');
      if (judge.pid) process.kill(-judge.pid, 'SIGKILL');
    };
    const wait = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(isHanging, ms);
    };
    wait(3 * PATIENCE_MS);
    judge.on('message', (report: Report) => {
      if ('broken' in report) reject(new Error(report.broken));
      else {
        verdicts.push(report.verdict);
        process.stdout.write(report.verdict === 'killed' ? '.' : 'S');
        wait(PATIENCE_MS);
      }
    });
    judge.once('exit', () => {
      clearTimeout(timer);
      end();
    });
    const before = verdicts.length;
    await promise;
    if (verdicts.length === before) throw new Error(`The tests of ${path} do not run.`);
  }
  return verdicts;
}

/** All modules of a folder, without its tests and components. */
function modulesOf(path: string): string[] {
  if (statSync(join(PROJECT_DIR, path)).isFile()) return [path];
  return readModules(PROJECT_DIR)
    .map((module) => module.path)
    .filter((one) => one.startsWith(`${path}/`) && !/\.test\.tsx?$/.test(one));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { most: { type: 'string', default: '1000000' }, from: { type: 'string' } },
});
const paths = positionals.flatMap((one) => modulesOf(relative(PROJECT_DIR, resolve(one))));
useScratch();
if (paths.length === 0) {
  console.error('Say which module or folder: npm run mutate -- src/core/sign.ts [--most 50]');
  process.exitCode = 1;
} else if (values.from !== undefined) {
  const [path = ''] = paths;
  const mutants = sampleOf(mutantsOf(path, readFileSync(join(PROJECT_DIR, path), 'utf8')), Number(values.most));
  await judgeMutants(path, mutants, Number(values.from));
} else {
  let [killed, all] = [0, 0];
  // The sample is of all modules together, each by its part.
  const given = paths.map((path) => ({
    path,
    count: mutantsOf(path, readFileSync(join(PROJECT_DIR, path), 'utf8')).length,
  }));
  const total = given.reduce((sum, { count }) => sum + count, 0);
  const part = Math.min(1, Number(values.most) / total);
  for (const { path, count } of given) {
    const most = Math.ceil(count * part);
    if (most === 0) continue;
    const mutants = sampleOf(mutantsOf(path, readFileSync(join(PROJECT_DIR, path), 'utf8')), most);
    const verdicts = await verdictsOf(path, mutants, ['--most', String(most)]);
    const survivors = mutants.filter((_, index) => verdicts[index] === 'survived');
    for (const { line, what } of survivors) console.log(`\n${path}:${line} survives: ${what}`);
    killed += mutants.length - survivors.length;
    all += mutants.length;
    console.log(`\n${path}: ${mutants.length - survivors.length} of ${mutants.length} killed (${count} possible)`);
  }
  console.log(`${killed} of ${all} mutants killed: ${((100 * killed) / all).toFixed(1)} %`);
}
