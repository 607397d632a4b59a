import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, copyPosition, decodePosition, emptyPosition, encodePosition, resumeAt } from './tail-position.ts';

const MINUTE = 60_000;
const AT = 1_795_000_000_000;
const file = (writer: string, count: number, modifiedAt = AT) => ({ writer, count, modifiedAt });

const positions = fc
  .array(fc.tuple(fc.stringMatching(/^[0-9a-f]{12}$/), fc.integer({ min: 1, max: 1e6 }), fc.nat()), { maxLength: 64 })
  .map((places) => {
    const position = emptyPosition(AT);
    for (const [writer, count, offset] of places) advance(position, file(writer, count), offset);
    return position;
  });

describe('a position in the log stream', () => {
  test('comes back from its text as it was', () => {
    fc.assert(
      fc.property(positions, (position) => {
        expect(decodePosition(encodePosition(position))).toEqual(position);
      }),
    );
  });

  test('is a text that a URL and a header take as it is', () => {
    fc.assert(
      fc.property(positions, (position) => {
        const text = encodePosition(position);
        expect(encodeURIComponent(text)).toBe(text);
        expect(text.length).toBeLessThan(4_000);
      }),
    );
  });

  test('refuses every other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const position = decodePosition(text);
        if (position) expect(decodePosition(encodePosition(position))).not.toBeNull();
      }),
    );
    for (const text of ['', 'now', '1~', '1~a', '1~a.1.2', '1~a/b.1.2.3', `1${'~a.1.2.3'.repeat(65)}`, '1 '])
      expect(decodePosition(text), text).toBeNull();
  });

  test('goes on in the same file where it was left', () => {
    const position = emptyPosition(AT);
    advance(position, file('host-7-0123456789ab', 3), 500);
    expect(resumeAt(position, file('host-7-0123456789ab', 3))).toBe(500);
  });

  test('reads the next files of the writer from their beginning, and none of the files before', () => {
    const position = emptyPosition(AT);
    advance(position, file('host-7-0123456789ab', 3), 500);
    expect(resumeAt(position, file('host-7-0123456789ab', 4))).toBe(0);
    expect(resumeAt(position, file('host-7-0123456789ab', 2))).toBeNull();
  });

  test('never goes back', () => {
    const position = emptyPosition(AT);
    advance(position, file('a', 3), 500);
    advance(position, file('a', 3), 400);
    advance(position, file('a', 2), 900);
    expect(resumeAt(position, file('a', 3))).toBe(500);
  });

  test('reads a writer that began since, and none that had ended before', () => {
    const position = emptyPosition(AT);
    expect(resumeAt(position, file('new', 1, AT + MINUTE))).toBe(0);
    expect(resumeAt(position, file('old', 1, AT - 30 * MINUTE))).toBeNull();
  });

  test('does not read again what had been quiet for long when it was noted', () => {
    const position = emptyPosition(AT);
    advance(position, file('quiet', 1, AT - 30 * MINUTE), 500);
    const later = decodePosition(encodePosition(position)) ?? emptyPosition(0);
    expect(later.writers.size).toBe(0);
    expect(resumeAt(later, file('quiet', 1, AT - 30 * MINUTE))).toBeNull();
    expect(resumeAt(later, file('quiet', 2, AT + MINUTE))).toBe(0);
  });

  test('names the writers that wrote last when there are more than fit', () => {
    const position = emptyPosition(AT);
    for (let writer = 0; writer < 100; writer += 1) advance(position, file(`writer${writer}`, 1, AT - writer), 1);
    const kept = decodePosition(encodePosition(position));
    expect([...(kept?.writers.keys() ?? [])]).toEqual(Array.from({ length: 64 }, (_, writer) => `writer${writer}`));
  });

  test('has copies that go their own way', () => {
    const position = emptyPosition(AT);
    const copy = copyPosition(position);
    advance(copy, file('a', 1), 5);
    expect(position.writers.size).toBe(0);
  });
});
