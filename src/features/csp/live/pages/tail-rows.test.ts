import { describe, expect, test } from 'vitest';
import { addOlder, MOST_ROWS, receive, release, rowsOf, type StreamLine, type TailRow } from './tail-rows.ts';

const line = (id: number): StreamLine => ({
  id: String(id),
  at: '2026-11-24T09:00:00.000Z',
  kind: 'report',
  message: '',
  violation: null,
  raw: '{}',
});
/** Lines from one number down to another, as they come: newest first. */
const lines = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => line(from - index));
const page = (from: number, to: number, next_cursor: string | null = null) => ({ items: lines(from, to), next_cursor });
const ids = (rows: readonly TailRow[]) => rows.map(({ id }) => id);
const batch = (from: number, to: number, skipped = 0) => ({ lines: lines(from, to), skipped });

describe('the rows of the stream', () => {
  test('have new lines above those that are there, and none twice', () => {
    const rows = receive(rowsOf(page(3, 1)), batch(5, 2), 'b', false);
    expect(ids(rows.shown)).toEqual(['5', '4', '3', '2', '1']);
    expect(receive(rows, batch(5, 4), 'b', false)).toBe(rows);
  });

  test('stand still while their reader is busy, and count what is held back', () => {
    const before = rowsOf(page(3, 1));
    const held = receive(receive(before, batch(4, 4), 'b', true), batch(6, 5), 'c', true);
    expect(held.shown).toBe(before.shown);
    expect(held.heldLines).toBe(3);
    const shown = release(held);
    expect(ids(shown.shown)).toEqual(['6', '5', '4', '3', '2', '1']);
    expect(shown.heldLines).toBe(0);
    expect(release(shown)).toBe(shown);
  });

  test('show what was held back together with the next that comes', () => {
    const held = receive(rowsOf(page(1, 1)), batch(2, 2), 'b', true);
    expect(ids(receive(held, batch(3, 3), 'c', false).shown)).toEqual(['3', '2', '1']);
  });

  test('say where lines were left out, and count them as held back too', () => {
    const rows = rowsOf(page(1, 1));
    expect(receive(rows, batch(9, 8, 500), 'b', false).shown.slice(0, 3)).toMatchObject([
      { id: '9' },
      { id: '8' },
      { id: 'b', kind: 'skipped', skipped: 500 },
    ]);
    expect(receive(rows, batch(9, 8, 500), 'b', true).heldLines).toBe(502);
  });

  test('are bounded, the newest stay, and what goes is known to be in the log', () => {
    let rows = rowsOf(page(100, 1));
    expect(rows.hasOlder).toBe(false);
    for (let to = 101; to <= 3_000; to += 100) rows = receive(rows, batch(to + 99, to), `b${to}`, false);
    expect(rows.shown).toHaveLength(MOST_ROWS);
    expect(rows.shown[0]?.id).toBe('3000');
    expect(rows).toMatchObject({ hasOlder: true, olderCursor: null });
    for (let to = 3_001; to <= 6_000; to += 100) rows = receive(rows, batch(to + 99, to), `b${to}`, true);
    expect(rows.held).toHaveLength(MOST_ROWS);
    expect(rows.heldLines).toBe(3_000);
  });

  test('take older lines below, as far as there is room', () => {
    const rows = rowsOf(page(30, 21, 'first'));
    expect(rows).toMatchObject({ hasOlder: true, olderCursor: 'first' });
    expect(ids(addOlder(rows, page(21, 19)).shown)).toEqual(ids(lines(30, 19)));
    expect(addOlder(rows, page(21, 19, 'next'))).toMatchObject({ hasOlder: true, olderCursor: 'next' });
    expect(addOlder(rows, page(21, 19))).toMatchObject({ hasOlder: false, olderCursor: null });
    const full = addOlder(rows, page(20, 20 - MOST_ROWS, 'further'));
    expect(full.shown).toHaveLength(MOST_ROWS);
    expect(full).toMatchObject({ hasOlder: true, olderCursor: null });
  });
});
