import { expect, test } from 'vitest';
import { until } from '#testing/until.ts';
import { createRoom } from './room.ts';

test('a guest alone takes half, and leaves the rest to others', () => {
  const room = createRoom(16, () => {});
  const [greedy, other] = [{ young: 0 }, { young: 0 }];
  while (!room.isFull(greedy)) room.enter(greedy);
  expect(greedy.young).toBe(8);
  while (!room.isFull(other)) room.enter(other);
  expect(other.young).toBe(2);
});

test('many guests fill it, and one that ends lets another in', () => {
  let told = 0;
  const room = createRoom(16, () => {
    told += 1;
  });
  const leave = Array.from({ length: 16 }, () => room.enter({ young: 0 }));
  expect(room.isFull({ young: 0 })).toBe(true);
  leave[0]?.();
  leave[0]?.();
  expect(told).toBe(1);
  expect(room.isFull({ young: 0 })).toBe(false);
});

test('who stays long takes no room any more', async () => {
  const room = createRoom(1, () => {});
  room.enter({ young: 0 });
  expect(room.isFull({ young: 0 })).toBe(true);
  await until('there is room again', () => !room.isFull({ young: 0 }));
});
