import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres } from '#platform/embedded/embedded-postgres.ts';
import { createLog } from '#platform/log-files/log.ts';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import { CONSOLE, freePort } from '#testing/measured-server.ts';
import { consoleEnvironment, makeDataDir, removeDataDir } from '#testing/running-console.ts';
import { applyMigrations } from '../prisma/migrate.ts';

/**
 * From the start of the process to its first page, with a build and a data folder present: ours, which brings up its
 * PostgreSQL, against bare `next start` beside a PostgreSQL that runs already. The two take turns.
 */
const ROUNDS = 5;
const IDLE_MS = 5_000;
const PROJECT_DIR = resolve(import.meta.dirname, '..');

await ensureNextBuild({ projectDir: PROJECT_DIR, signal: AbortSignal.timeout(600_000), onBuild: () => {} });
const [ourFolder, otherFolder] = [await makeDataDir(), await makeDataDir()];
const postgres = await startEmbeddedPostgres({ dataDir: otherFolder, log: createLog('silent'), purpose: 'console' });
try {
  await applyMigrations(postgres.connectionString);
  const bareEnvironment = {
    DATABASE_URL: postgres.connectionString,
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'silent',
  };
  const ours = (port: number) => run(CONSOLE, { DATA_DIR: ourFolder, PORT: String(port) });
  const bare = (port: number) =>
    run(['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(port)], bareEnvironment);
  await measure(ours); // the first makes the data folder
  await measure(bare); // the first makes the installation
  const rounds: { ours: Start; bare: Start }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push({ ours: await measure(ours), bare: await measure(bare) });
  const ourMs = median(rounds.map((round) => round.ours.firstPageMs));
  const bareMs = median(rounds.map((round) => round.bare.firstPageMs));
  console.log(
    `start: first page after ${ourMs} ms, after ${bareMs} ms by bare next start, ratio ${(ourMs / bareMs).toFixed(2)}`,
  );
  console.log(`start: allowed are 1.5 × ${bareMs} ms + 2000 ms = ${Math.round(1.5 * bareMs + 2000)} ms`);
  console.log(`start: ${median(rounds.map((round) => round.ours.idleMegabytes))} MB resident when idle`);
} finally {
  await postgres.stop();
  await removeDataDir(ourFolder);
  await removeDataDir(otherFolder);
}

type Start = { firstPageMs: number; idleMegabytes: number };

function run(typed: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, typed, { cwd: PROJECT_DIR, env: consoleEnvironment(env), stdio: 'ignore' });
}

async function measure(start: (port: number) => ChildProcess): Promise<Start> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = start(port);
  const exited = new Promise((done) => {
    child.once('exit', done);
  });
  try {
    while (!(await answers(`http://127.0.0.1:${port}/sign-in`))) {
      if (child.exitCode !== null) throw new Error(`The process ended with ${child.exitCode}.`);
      await delay(10);
    }
    const firstPageMs = Math.round(performance.now() - startedAt);
    await delay(IDLE_MS);
    return { firstPageMs, idleMegabytes: residentMegabytes(child.pid ?? 0) };
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Linux only: `VmRSS` of proc_pid_status(5). */
function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
