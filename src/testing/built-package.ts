import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** The environment without the `NODE_ENV` of the tests, which would change what tools build and run. */
export function toolEnvironment(more: Record<string, string>): NodeJS.ProcessEnv {
  const { NODE_ENV: _, ...env } = process.env;
  return { ...env, ...more } as NodeJS.ProcessEnv;
}

/** Runs a program of the project's dependencies in a package's folder. @throws with its output when it fails. */
export async function runTool(folder: string, name: string, ...parameters: string[]): Promise<string> {
  const program = join(PROJECT_DIR, 'node_modules/.bin', name);
  const path = `${join(PROJECT_DIR, 'node_modules/.bin')}:${process.env.PATH}`;
  const options = { cwd: folder, env: toolEnvironment({ PATH: path }), maxBuffer: 2 ** 24 };
  return (await promisify(execFile)(program, parameters, options)).stdout;
}

/** Compiles `packages/<name>` into its `dist`. @returns the package's folder. */
export async function buildPackage(name: string): Promise<string> {
  const folder = join(PROJECT_DIR, 'packages', name);
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  await runTool(folder, 'tsc', '-p', 'tsconfig.build.json');
  return folder;
}
