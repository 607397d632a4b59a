import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { endServer, postmasterOf } from '#platform/embedded/process.ts';
import { until } from './until.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
/** What a start with pages may take on a busy machine with two cores. */
const START_PATIENCE_MS = 300_000;

export type ConsoleEnvironment = Record<string, string>;

/** A line of the log. */
export type LogRecord = { msg: string; url?: string; set_up_url?: string; migrations?: string[] };

export type RunningConsole = {
  child: ChildProcess;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout(): string;
  stderr(): string;
  /** The lines of the log so far. */
  records(): LogRecord[];
  /** Waits for the line that says where the console is. @throws with what the process wrote, if it ends before. */
  ready(): Promise<{ url: string; setUpUrl: string | undefined }>;
  /** Ends it as a supervisor does, and waits. */
  stop(): Promise<void>;
};

/** Starts the real program, on a free port, with nothing of our own environment but what programs need. */
export function startConsole(
  env: ConsoleEnvironment,
  program: 'src/main.ts' | 'src/cli.ts' = 'src/main.ts',
  typed: readonly string[] = [],
): RunningConsole {
  const child = spawn(process.execPath, [join(PROJECT_DIR, program), ...typed], {
    cwd: PROJECT_DIR,
    env: consoleEnvironment({ PORT: '0', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.once('close', (code, signal) => done({ code, signal }));
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const records = () =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line): LogRecord => JSON.parse(line));

  return {
    child,
    exited,
    stdout: () => stdout,
    stderr: () => stderr,
    records,
    async ready() {
      const line = await until(
        'the console is ready',
        () => records().find(({ msg }) => msg.startsWith('Ready')) ?? (hasEnded() ? 'ended' : undefined),
        START_PATIENCE_MS,
      );
      if (line === 'ended') throw new Error(`The console ended:\n${stdout}${stderr}`);
      return { url: line.url ?? '', setUpUrl: line.set_up_url };
    },
    async stop() {
      if (!hasEnded()) child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The variables of this process that say where programs are, and these; never the console's own from our shell. */
export function consoleEnvironment(env: ConsoleEnvironment): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, TMPDIR, LANG, NODE_COMPILE_CACHE, NODE_ENV: 'production', ...env };
}

/** A data folder that the user of the embedded PostgreSQL can enter. */
export async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'honeyframe-console-'));
  await chmod(dataDir, 0o755);
  return dataDir;
}

/** Ends a server that a killed console left, and removes everything. */
export async function removeDataDir(dataDir: string): Promise<void> {
  const server = await postmasterOf(join(dataDir, 'postgres', 'data'));
  if (server) await endServer(server, 'immediate');
  await rm(dataDir, { recursive: true, force: true });
}
