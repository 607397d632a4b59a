import { expect, test } from 'vitest';
import { until } from '#testing/until.ts';
import { createConcurrencySlots } from './concurrency-slots.ts';

test('one holder alone takes half of the slots, and leaves the others', () => {
  const slots = createConcurrencySlots(16, () => {});
  const [greedy, other] = [{ slots: 0 }, { slots: 0 }];
  while (!slots.isFull(greedy)) slots.take(greedy);
  expect(greedy.slots).toBe(8);
  while (!slots.isFull(other)) slots.take(other);
  expect(other.slots).toBe(2);
});

test('many holders take all slots, and the first that is given back can be taken', () => {
  let freed = 0;
  const slots = createConcurrencySlots(16, () => {
    freed += 1;
  });
  const free = Array.from({ length: 16 }, () => slots.take({ slots: 0 }));
  expect(slots.isFull({ slots: 0 })).toBe(true);
  free[0]?.();
  free[0]?.();
  expect(freed).toBe(1);
  expect(slots.isFull({ slots: 0 })).toBe(false);
});

test('a request that takes long gives its slot back', async () => {
  const slots = createConcurrencySlots(1, () => {});
  slots.take({ slots: 0 });
  expect(slots.isFull({ slots: 0 })).toBe(true);
  await until('the slot is free', () => !slots.isFull({ slots: 0 }));
});
