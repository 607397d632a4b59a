import { expect, test } from 'vitest';
import { createSharedRuns } from './shared-runs.ts';

/** Work that ends when it is told to, and tells how often it was begun and whether it was stopped. */
function openWork<Answer>() {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const work = {
    begun: 0,
    stopped: false,
    end: resolve,
    fail: reject,
    run: (signal: AbortSignal) => {
      work.begun += 1;
      signal.addEventListener('abort', () => {
        work.stopped = true;
        reject(signal.reason);
      });
      return promise;
    },
  };
  return work;
}

test('who asks the same at once shares one run, and who asks later gets its answer', async () => {
  const runs = createSharedRuns(10);
  const work = openWork<string>();
  const asked = [runs.run('a', work.run), runs.run('a', work.run)];
  work.end('answer');
  expect(await Promise.all(asked)).toEqual(['answer', 'answer']);
  expect(await runs.run('a', work.run)).toBe('answer');
  expect(work.begun).toBe(1);
  expect(await runs.run('b', async () => 'other')).toBe('other');
});

test('work that failed is done again', async () => {
  const runs = createSharedRuns(10);
  const work = openWork<string>();
  const asked = runs.run('a', work.run);
  work.fail(new Error('broken'));
  await expect(asked).rejects.toThrow('broken');
  expect(await runs.run('a', async () => 'whole')).toBe('whole');
});

test('who gives up leaves at once, and the work goes on for the others', async () => {
  const runs = createSharedRuns(10);
  const work = openWork<string>();
  const leaver = new AbortController();
  const left = runs.run('a', work.run, leaver.signal);
  const stayed = runs.run('a', work.run);
  leaver.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  expect(work.stopped).toBe(false);
  work.end('answer');
  expect(await stayed).toBe('answer');
});

test('the work is stopped when the last one gives up, and begun again for the next', async () => {
  const runs = createSharedRuns(10);
  const work = openWork<string>();
  const leaver = new AbortController();
  const left = runs.run('a', work.run, leaver.signal);
  leaver.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  expect(work.stopped).toBe(true);
  expect(await runs.run('a', async () => 'answer')).toBe('answer');
  await expect(runs.run('a', work.run, leaver.signal)).rejects.toThrow('gone');
});

test('as many answers are kept as there is room for, those that were asked for last', async () => {
  const runs = createSharedRuns(2);
  let begun = 0;
  const ask = (key: string) =>
    runs.run(key, async () => {
      begun += 1;
      return key;
    });
  for (const key of ['a', 'b', 'a', 'c']) await ask(key);
  expect(begun).toBe(3);
  await ask('a');
  expect(begun).toBe(3);
  await ask('b');
  expect(begun).toBe(4);
});
