import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from './sha-256.ts';

const bySystem = (text: string) => createHash('sha256').update(text).digest('hex');

test.each([0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1_000])(
  'a text of %i bytes has the digest that Node gives it',
  (length) => {
    expect(Buffer.from(sha256('a'.repeat(length))).toString('hex')).toBe(bySystem('a'.repeat(length)));
  },
);

test('any text has the digest that Node gives it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      expect(Buffer.from(sha256(text)).toString('hex')).toBe(bySystem(text));
    }),
  );
});
