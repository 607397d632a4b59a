import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeCursor,
  decodePosition,
  decodeRankedCursor,
  encodeCursor,
  encodePosition,
  encodeRankedCursor,
} from './cursor.ts';

describe('a cursor', () => {
  test('brings back every id that it was made of', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(decodeCursor(encodeCursor(id))).toBe(id);
      }),
    );
  });

  test('does not show the id', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(encodeCursor(id)).toMatch(/^[A-Za-z0-9_-]{22}$/);
      }),
    );
  });

  test('that is no text of ours is refused, and what is not refused is the id of a row', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const id = decodeCursor(text);
        if (id !== null) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      }),
    );
    for (const text of [
      '',
      'abc',
      encodeCursor('0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21').slice(1),
      'A'.repeat(23),
      `${'A'.repeat(21)}=`,
    ])
      expect(decodeCursor(text), text).toBeNull();
  });
});

describe('the cursor of a feed', () => {
  const largest = 2n ** 63n - 1n;

  test('brings back every position that it was made of', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, largest), (position) => {
        expect(decodePosition(encodePosition(position))).toBe(position);
      }),
    );
  });

  test('is none of a page of ids, and the other way round', () => {
    expect(decodeCursor(encodePosition(17n))).toBeNull();
    expect(decodePosition(encodeCursor('0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21'))).toBeNull();
  });

  test('that is no text of ours is refused, and what is not refused is a position that PostgreSQL has', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9_-]{11}$/)), (text) => {
        const position = decodePosition(text);
        if (position !== null) expect(position >= 0n && position <= largest).toBe(true);
      }),
    );
  });
});

describe('the cursor of a list by urgency', () => {
  test('brings back the rank and the id, and is no cursor of another list', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.uuid(), (rank, id) => {
        const cursor = encodeRankedCursor(rank, id);
        expect(decodeRankedCursor(cursor)).toEqual({ rank, id });
        expect(decodeCursor(cursor)).toBeNull();
        expect(decodeRankedCursor(encodeCursor(id))).toBeNull();
      }),
    );
  });
});
