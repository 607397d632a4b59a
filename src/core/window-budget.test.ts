import { expect, test } from 'vitest';
import { createWindowBudget } from './window-budget.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2031, 0, 31, 12);

test('a name has its budget from its first taking on, and a new one when the window is over', () => {
  const budget = createWindowBudget(10, MINUTE, 100);
  expect(budget.take('ada', 10, NOON)).toBe(0);
  expect(budget.take('grace', 1, NOON + 20_000)).toBe(0);
  expect(budget.take('ada', 1, NOON + 20_000)).toBe(40_000);
  expect(budget.take('ada', 1, NOON + MINUTE)).toBe(0);
  expect(budget.take('grace', 10, NOON + MINUTE)).toBe(20_000);
});

test('what is taken beyond a budget counts against nobody else and is forgotten with the window', () => {
  const budget = createWindowBudget(10, MINUTE, 100);
  expect(budget.take('ada', 1_000, NOON)).toBe(MINUTE);
  expect(budget.take('grace', 10, NOON)).toBe(0);
  expect(budget.take('ada', 10, NOON + MINUTE)).toBe(0);
});

test('a new name has no room beside as many as are kept, until one of their windows is over', () => {
  const budget = createWindowBudget(10, MINUTE, 2);
  budget.take('ada', 1, NOON);
  budget.take('grace', 1, NOON + 1_000);
  expect(budget.take('alan', 1, NOON + 2_000)).toBeNull();
  expect(budget.take('grace', 1, NOON + 2_000)).toBe(0);
  expect(budget.take('alan', 1, NOON + MINUTE)).toBe(0);
  expect(budget.take('ada', 1, NOON + MINUTE)).toBeNull();
});

test('a window that was begun while the clock was ahead is void once it is set back', () => {
  const budget = createWindowBudget(10, MINUTE, 1);
  expect(budget.take('ada', 11, NOON + 10 * 24 * 60 * MINUTE)).toBe(MINUTE);
  expect(budget.take('ada', 10, NOON)).toBe(0);
  expect(budget.take('ada', 1, NOON)).toBe(MINUTE);
  // Its place is free for others too.
  const full = createWindowBudget(10, MINUTE, 1);
  full.take('ada', 1, NOON + 10 * 24 * 60 * MINUTE);
  expect(full.take('grace', 1, NOON)).toBe(0);
});
