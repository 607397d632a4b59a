import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';

const LOG = new URL('log.ts', import.meta.url).href;

/** Runs a program that logs much, then says on standard error that it goes on. */
async function logTo(output: number) {
  const program = `
    import { createLog } from '${LOG}';
    const log = createLog('info');
    for (let line = 0; line < 5000; line += 1) log.info({ line, text: 'x'.repeat(1000) }, 'A line');
    process.stderr.write('still here');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', output, 'pipe'] });
  const said = child.stderr?.setEncoding('utf8').toArray();
  const [code] = await once(child, 'close');
  return { code, said: (await said)?.join('') };
}

test('a log that cannot be written stops nothing else', async () => {
  // Every write to it fails as on a full disk.
  const full = await open('/dev/full', 'w');
  onTestFinished(() => full.close());
  expect(await logTo(full.fd)).toEqual({ code: 0, said: 'still here' });
});
