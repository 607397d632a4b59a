import { spawn } from 'node:child_process';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export const PROJECT_DIR = resolve(import.meta.dirname, '..');
/** Nothing takes this long but what hangs: several times as long as the longest step on a slow machine with two cores. */
const PATIENCE_MS = 60 * 60_000;

/**
 * Runs a program of `node_modules/.bin`, or one named by its absolute path, in the project's folder. Each line that it
 * writes is on the screen at once, behind its name, since several run at the same time.
 * @param name told apart from others by.
 * @returns its exit code; 1 when it was ended, or took too long.
 */
export function runStep(
  name: string,
  [program = '', ...options]: readonly string[],
  env: Record<string, string> = {},
): Promise<number> {
  const bin = join(PROJECT_DIR, 'node_modules', '.bin');
  const child = spawn(resolve(bin, program), options, {
    cwd: PROJECT_DIR,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  printLines(name, child.stdout);
  printLines(name, child.stderr);
  return new Promise((done) => {
    child.once('error', (error) => {
      console.error(`${name} │ ${program}: ${error.message}`);
      done(1);
    });
    child.once('close', (code, signal) => {
      if (signal)
        console.error(`${name} │ ${program} was ended by ${signal}, or took over ${PATIENCE_MS / 60_000} minutes.`);
      done(code ?? 1);
    });
  });
}

function printLines(name: string, stream: Readable): void {
  createInterface({ input: stream }).on('line', (line) => console.log(`${name} │ ${line}`));
}
