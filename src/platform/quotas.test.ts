import { expect, test } from 'vitest';
import { createQuotas, MOST_STREAMS_EACH } from './quotas.ts';

test('a process has 500 event streams open for everybody together, and refuses the next with 429 until one ends', () => {
  const quotas = createQuotas({ eventsPerSecond: 1 });
  const open = Array.from({ length: 500 }, (_, index) =>
    quotas.openStream({ type: 'user', id: String(Math.floor(index / MOST_STREAMS_EACH)) }),
  );
  const newcomer = { type: 'user', id: 'newcomer' } as const;
  const tooMany = expect.objectContaining({
    code: 'TOO_MANY_REQUESTS',
    message: expect.stringMatching(/^This console has 500 live views open.*Try again later/),
  });
  expect(() => quotas.openStream(newcomer)).toThrow(tooMany);
  // Given back twice, as when a client hangs up while its stream ends: it counts once.
  open[0]?.();
  open[0]?.();
  quotas.openStream(newcomer);
  expect(() => quotas.openStream(newcomer)).toThrow(tooMany);
});
