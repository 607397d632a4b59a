import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const START = `
  import { startEmbeddedPostgres } from '#platform/embedded/embedded-postgres.ts';
  import { createLog } from '#platform/log-files/log.ts';
  const options = JSON.parse(process.argv[1]);
  try {
    const postgres = await startEmbeddedPostgres({ ...options, log: createLog('silent'), durable: false });
    console.log(JSON.stringify(postgres));
    if (options.purpose === 'command') await postgres.stop();
    else setInterval(() => {}, 60_000);
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
`;

export type StartReport = { connectionString: string; dataPath: string; adopted: boolean } | { error: string };

/**
 * Another process that starts the embedded PostgreSQL, as a console that stays or a command that ends.
 * @param uid the user to run as; whoever we are when left out.
 */
export function startInProcess(
  options: { dataDir: string; purpose: 'console' | 'command'; outsideDir?: string },
  uid?: number,
): { child: ChildProcess; report: Promise<StartReport>; kill(): Promise<void> } {
  const child = spawn(process.execPath, ['--input-type=module', '-e', START, JSON.stringify(options)], {
    cwd: process.cwd(),
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const exited = once(child, 'exit');
  const report = firstLine(child).then((line): StartReport => JSON.parse(line));
  report.catch(() => {}); // of a process killed on purpose, nobody asks for it
  return {
    child,
    report,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The process has no output.');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('The process ended without a word.');
}
