import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IV_BYTES, keyId, openingKey, openText, sealingKeyId, sealText } from './sealed-text.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
const key = bytes(32);
const iv = bytes(IV_BYTES);
const text = fc.string({ unit: 'binary' }).map((given) => given.toWellFormed());
const place = fc.string({ minLength: 1 });

describe('a sealed text', () => {
  test('opens with its key at its place', () => {
    fc.assert(
      fc.property(key, iv, text, place, (key, iv, text, place) => {
        expect(openText(openingKey(key), sealText(key, iv, text, place), place)).toBe(text);
      }),
    );
  });

  test('does not open in another place', () => {
    fc.assert(
      fc.property(key, iv, text, place, place, (key, iv, text, place, other) => {
        fc.pre(place !== other);
        expect(openText(openingKey(key), sealText(key, iv, text, place), other)).toBeNull();
      }),
    );
  });

  test('does not open with another key, not even one that pretends to be its own', () => {
    fc.assert(
      fc.property(key, key, iv, text, place, (key, other, iv, text, place) => {
        fc.pre(!key.equals(other));
        const sealed = sealText(key, iv, text, place);
        expect(openText(openingKey(other), sealed, place)).toBeNull();
        expect(openText(openingKey(other), sealed.replace(keyId(key), keyId(other)), place)).toBeNull();
      }),
    );
  });

  test('does not open when one bit of it was changed', () => {
    const part = fc.integer({ min: 2, max: 4 });
    fc.assert(
      fc.property(key, iv, fc.string({ minLength: 1 }), place, part, fc.nat(), (key, iv, text, place, part, bit) => {
        const parts = sealText(key, iv, text, place).split('.');
        const changed = Buffer.from(parts[part] ?? '', 'base64url');
        const at = bit % (changed.length * 8);
        changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
        parts[part] = changed.toString('base64url');
        expect(openText(openingKey(key), parts.join('.'), place)).toBeNull();
      }),
    );
  });

  test('does not open with a shortened tag', () => {
    const key = Buffer.alloc(32, 7);
    const [version, id, nonce, ciphertext, tag = ''] = sealText(key, Buffer.alloc(IV_BYTES), 'secret', 'here').split(
      '.',
    );
    const short = Buffer.from(tag, 'base64url').subarray(0, 4).toString('base64url');
    expect(openText(openingKey(key), [version, id, nonce, ciphertext, short].join('.'), 'here')).toBeNull();
  });

  test('names its key without telling it, and shows nothing of the text', () => {
    fc.assert(
      fc.property(key, iv, fc.string({ minLength: 8 }), (key, iv, text) => {
        const sealed = sealText(key, iv, text, 'here');
        expect(sealingKeyId(sealed)).toBe(keyId(key));
        expect(sealed).not.toContain(text);
        expect(sealed).not.toContain(key.toString('base64url'));
      }),
    );
  });

  test('is told from any other text', () => {
    const sealed = sealText(Buffer.alloc(32), Buffer.alloc(IV_BYTES), 'secret', 'here');
    for (const other of ['', 'secret', sealed.replace('v1.', 'v2.'), `${sealed}.more`, sealed.slice(3)]) {
      expect(sealingKeyId(other), other).toBeNull();
      expect(openText(openingKey(Buffer.alloc(32)), other, 'here'), other).toBeNull();
    }
  });
});
