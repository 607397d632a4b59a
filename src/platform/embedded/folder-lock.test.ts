import { mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withFolderLock } from './folder-lock.ts';

const NEVER = new AbortController().signal;

async function lockPath(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'honeyframe-lock-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return join(dir, 'lock');
}

test('of several that want the lock at once, one at a time works', async () => {
  const path = await lockPath();
  let inside = 0;
  const order: number[] = [];
  const work = (number: number) =>
    withFolderLock(path, NEVER, async () => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(number);
      inside -= 1;
    });
  await Promise.all([work(1), work(2), work(3)]);
  expect(new Set(order)).toEqual(new Set([1, 2, 3]));
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

test('the lock is free after work that failed', async () => {
  const path = await lockPath();
  await expect(withFolderLock(path, NEVER, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withFolderLock(path, NEVER, () => Promise.resolve('yes'))).toBe('yes');
});

test('the lock of a holder that was killed is broken', async () => {
  const path = await lockPath();
  await mkdir(path);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(path, longAgo, longAgo);
  expect(await withFolderLock(path, NEVER, () => Promise.resolve('mine'))).toBe('mine');
});

test('whoever waits can be told to stop', async () => {
  const path = await lockPath();
  const waiting = new AbortController();
  await withFolderLock(path, NEVER, async () => {
    const second = withFolderLock(path, waiting.signal, () => Promise.resolve('in'));
    waiting.abort();
    await expect(second).rejects.toThrow('abort');
  });
});
