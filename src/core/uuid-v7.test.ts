import { expect, test } from 'vitest';
import { createUuidV7 } from './uuid-v7.ts';

const zeros = (length: number) => new Uint8Array(length);

test('an id holds its time, its version and its variant', () => {
  // RFC 9562, appendix A.6: the time of the example.
  const [id] = [createUuidV7(() => 0x017f22e279b0, zeros)()];
  expect(id).toBe('017f22e2-79b0-7000-8000-000000000000');
});

test('ids ascend within a millisecond, and when the clock goes back', () => {
  let now = 1_000;
  const next = createUuidV7(() => now, zeros);
  const ids = Array.from({ length: 5_000 }, () => {
    if (now > 990) now -= 0.01;
    return next();
  });
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
