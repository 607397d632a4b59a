import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { portOf } from './receivers.ts';
import { consoleEnvironment } from './running-console.ts';
import { until } from './until.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
/** What `npm start` tells Node.js to run. */
export const CONSOLE: readonly string[] = JSON.parse(readFileSync(resolve(PROJECT_DIR, 'package.json'), 'utf8'))
  .scripts.start.split(' ')
  .slice(1);
const START_PATIENCE_MS = 120_000;
/** `sysconf(_SC_CLK_TCK)`, everywhere. */
const TICKS_A_SECOND = 100;

/** A server in a process of its own, its standard output in a file. */
export type MeasuredServer = {
  port: number;
  residentBytes(): number;
  /** What it and its threads took of the processors so far. */
  cpuSeconds(): number;
  stop(): Promise<void>;
};

/**
 * Starts a server.
 * @param typed what Node.js is told to run.
 * @param portIn asked again and again until it says where the server listens; it may look at what was written.
 */
export async function startMeasuredServer(
  typed: readonly string[],
  env: Record<string, string>,
  outputFile: string,
  portIn: (output: string) => Promise<number | null> | number | null = readyPortOf,
): Promise<MeasuredServer> {
  const output = openSync(outputFile, 'w');
  const child = spawn(process.execPath, typed, {
    cwd: PROJECT_DIR,
    env: consoleEnvironment({ PORT: '0', ...env }),
    stdio: ['ignore', output, 'inherit'],
  });
  closeSync(output);
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const port = await until('the server is ready', () => portIn(readFileSync(outputFile, 'utf8')), START_PATIENCE_MS);
  return {
    port,
    // Linux: proc_pid_status(5), proc_pid_stat(5).
    residentBytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    cpuSeconds() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A port of the loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const port = portOf(probe);
  await new Promise((done) => probe.close(done));
  return port;
}

/** From the line of the log that says where the console is. */
function readyPortOf(output: string): number | null {
  const line = output.split('\n').find((one) => one.includes('"msg":"Ready'));
  if (!line) return null;
  const { url }: { url: string } = JSON.parse(line);
  return Number(new URL(url).port);
}
