import { beforeEach, expect, test } from 'vitest';
import { until } from '#testing/until.ts';
import type { Result } from './record-results.ts';
import { createResultBuffer, type ResultBuffer } from './result-buffer.ts';

let taking: { results: readonly Result[]; end: () => void }[];
let buffer: ResultBuffer;
beforeEach(() => {
  taking = [];
  buffer = createResultBuffer((results) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    taking.push({ results, end: resolve });
    return promise;
  });
});

const add = (count: number) => {
  for (let n = 0; n < count; n += 1) buffer.add({ delivery_id: String(n) } as Result);
};
const sizes = () => taking.map(({ results }) => results.length);
const taken = (count: number) => until(`${count} were taken`, () => taking.length === count);

test('the results of a moment are recorded together, in their order', async () => {
  add(3);
  expect(taking).toEqual([]);
  await taken(1);
  expect(taking[0]?.results.map(({ delivery_id }) => delivery_id)).toEqual(['0', '1', '2']);
  taking[0]?.end();
  await buffer.drain();
  expect(sizes()).toEqual([3]);
});

test('256 results are recorded at once, and those that come meanwhile together after them', async () => {
  add(255);
  expect(taking).toEqual([]);
  add(1);
  expect(sizes()).toEqual([256]);
  add(600);
  expect(sizes()).toEqual([256]);
  taking[0]?.end();
  await taken(2);
  expect(sizes()).toEqual([256, 512]);
  taking[1]?.end();
  await taken(3);
  expect(sizes()).toEqual([256, 512, 88]);
});

test('a drain begins at once, and ends when all that was added is recorded', async () => {
  await buffer.drain();
  add(2);
  let drained = false;
  const draining = buffer.drain().finally(() => {
    drained = true;
  });
  expect(sizes()).toEqual([2]);
  add(1);
  taking[0]?.end();
  await taken(2);
  expect(drained).toBe(false);
  taking[1]?.end();
  await draining;
  expect(sizes()).toEqual([2, 1]);
});

test('a drain while results are recorded waits for them', async () => {
  add(256);
  let drained = false;
  const draining = buffer.drain().finally(() => {
    drained = true;
  });
  await Promise.resolve();
  expect(drained).toBe(false);
  expect(sizes()).toEqual([256]);
  taking[0]?.end();
  await draining;
});
