import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localTime, momentOf } from './alert-times.ts';

test('a moment is the same to the minute after it stood in an input', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), (date) => {
      const moment = momentOf(localTime(date.toISOString()));
      // An hour that a change of the clocks repeats is told by its first one.
      const seconds = (date.getTime() - Date.parse(moment ?? '')) / 1000;
      expect([0, 3600]).toContain(Math.floor(seconds / 60) * 60);
    }),
  );
});

test('no time is none, both ways', () => {
  expect(localTime(null)).toBe('');
  expect(momentOf('')).toBeNull();
});
