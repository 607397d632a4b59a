import { expect, test } from 'vitest';
import { partsOf } from './waterfall.tsx';

const none = { queue_ms: 0, dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null, total_ms: 0 };

test('ten minutes in the queue do not flatten the parts of an attempt', () => {
  const parts = partsOf({ ...none, queue_ms: 601_940, dns_ms: 2, connect_ms: 3, first_byte_ms: 20, total_ms: 30 });
  expect(parts).toEqual([
    { name: 'DNS', ms: 2, start: 0 },
    { name: 'Connection', ms: 3, start: 2 },
    { name: 'Response', ms: 20, start: 5 },
    { name: 'Body', ms: 5, start: 25 },
  ]);
});

test('a part is never drawn with a negative length', () => {
  const parts = partsOf({ ...none, dns_ms: -4, first_byte_ms: 20, total_ms: 10 });
  expect(parts.map(({ ms }) => ms)).toEqual([0, 20, 0]);
});
