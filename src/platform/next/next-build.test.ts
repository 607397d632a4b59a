import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { BuildError, ensureNextBuild } from './next-build.ts';

// A machine that does much else takes minutes for a build.
vi.setConfig({ testTimeout: 600_000 });

/** Inside this project, where Next finds itself, in a folder that Git does not see. */
async function tinyProject(page: string): Promise<string> {
  const dir = mkdtempSync(join(resolve(import.meta.dirname, '../../..'), '.next-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  await mkdir(join(dir, 'src/app'), { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"name":"tiny","type":"module"}');
  writeFileSync(
    join(dir, 'next.config.mjs'),
    'export default { agentRules: false, typescript: { ignoreBuildErrors: true } };',
  );
  writeFileSync(
    join(dir, 'src/app/layout.jsx'),
    'export default ({ children }) => <html><body>{children}</body></html>;',
  );
  writeFileSync(join(dir, 'src/app/page.jsx'), page);
  return dir;
}

/** @returns whether it built, or waited for a build. */
async function ensure(projectDir: string): Promise<boolean> {
  const onBuild = vi.fn();
  await ensureNextBuild({ projectDir, signal: AbortSignal.timeout(250_000), onBuild });
  return onBuild.mock.calls.length > 0;
}

test('starts at once do not disturb a build, it is not repeated, and a changed source gets a new one', async () => {
  const dir = await tinyProject('export default () => <p>one</p>;');
  await Promise.all([ensure(dir), ensure(dir)]);
  const builtAt = () => statSync(join(dir, '.next/source-hash')).mtimeMs;
  const first = builtAt();
  expect(await ensure(dir)).toBe(false);
  expect(builtAt()).toBe(first);

  writeFileSync(join(dir, 'src/app/page.jsx'), 'export default () => <p>two</p>;');
  expect(await ensure(dir)).toBe(true);
  expect(readFileSync(join(dir, '.next/server/app/index.html'), 'utf8')).toContain('two');
  expect(await ensure(dir)).toBe(false);
});

test('a build that fails is reported in one line, with what Next said, and is tried again', async () => {
  const dir = await tinyProject('export default () => <p>;');
  const error = await ensure(dir).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BuildError);
  expect(error).toMatchObject({
    message: 'The pages could not be built: next build ended with 1.',
    output: expect.stringContaining('page.jsx'),
  });
  writeFileSync(join(dir, 'src/app/page.jsx'), 'export default () => <p>good</p>;');
  expect(await ensure(dir)).toBe(true);
});
