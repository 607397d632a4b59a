import { expect, test } from 'vitest';
import { createTurns } from './take-turns.ts';

test('an owner with one piece waits for one piece of each other owner, not for all of them', async () => {
  const turn = createTurns(setImmediate);
  const order: string[] = [];
  const ask = async (owner: string) => {
    await turn(owner);
    order.push(owner);
  };
  await Promise.all([...Array.from({ length: 5 }, () => ask('greedy')), ask('modest'), ask('other')]);
  expect(order).toEqual(['greedy', 'modest', 'other', 'greedy', 'greedy', 'greedy', 'greedy']);
});
