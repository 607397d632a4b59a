import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFolderLock } from '#platform/embedded/folder-lock.ts';
import { sourceHash } from './source-hash.ts';

/** The pages could not be built. The message is one line; `output` is what `next build` wrote. */
export class BuildError extends Error {
  override name = 'BuildError';
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

export type BuildOptions = {
  projectDir: string;
  /** Ends the build, or the wait for another process's build. */
  signal: AbortSignal;
  /** Called when a build starts or is waited for: it takes half a minute. */
  onBuild: () => void;
};

/**
 * Builds the pages when there is no build, or when the sources are others than those it was made from: compared by
 * content, since a checkout or a copy changes times. Of several starts in one folder one builds and the others wait.
 * @throws BuildError
 */
export async function ensureNextBuild({ projectDir, signal, onBuild }: BuildOptions): Promise<void> {
  const wanted = sourceHash(projectDir);
  if (isBuilt(projectDir, wanted)) return;
  onBuild();
  await withFolderLock(join(projectDir, '.next-lock'), signal, async () => {
    if (isBuilt(projectDir, wanted)) return;
    await rm(markerPath(projectDir), { force: true });
    await build(projectDir, signal);
    await writeFile(markerPath(projectDir), wanted);
  });
}

const markerPath = (projectDir: string) => join(projectDir, '.next', 'source-hash');

function isBuilt(projectDir: string, wanted: string): boolean {
  if (!existsSync(join(projectDir, '.next', 'BUILD_ID')) || !existsSync(markerPath(projectDir))) return false;
  return readFileSync(markerPath(projectDir), 'utf8') === wanted;
}

const LARGEST_OUTPUT_CHARS = 65_536;

/** In a process of its own: a build takes a gigabyte, and leaves most of it behind. */
async function build(projectDir: string, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'next-build-process.ts'), 'build'], {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    signal,
  });
  let output = '';
  const keep = (chunk: string) => {
    output = (output + chunk).slice(-LARGEST_OUTPUT_CHARS);
  };
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  const ending = await new Promise<string | number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, endedBy) => resolve(code ?? endedBy));
  });
  if (ending !== 0) throw new BuildError(`The pages could not be built: next build ended with ${ending}.`, output);
}
