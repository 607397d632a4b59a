import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOTHING_KNOWN, type PagedRows, rowsByPage, settle } from './paged-rows.ts';

type Row = { id: string };

const LIMIT = 3;

/** A keyset list as a server keeps it, newest first. */
const server = (ids: readonly number[]) => (cursor: string | undefined) => {
  const rest = ids.filter((id) => cursor === undefined || id < Number(cursor));
  const items = rest.slice(0, LIMIT).map((id) => ({ id: String(id) }));
  return { items, next_cursor: rest.length > LIMIT ? (items.at(-1)?.id ?? null) : null };
};

const ask = (pages: PagedRows<Row>, index: number, ids: readonly number[]): PagedRows<Row> => {
  const page = pages[index];
  return page ? settle(pages, page.cursor, server(ids)(page.cursor)) : pages;
};

/** Asks for every page, from the first on. */
function load(pages: PagedRows<Row>, ids: readonly number[]): PagedRows<Row> {
  let known = pages;
  for (let index = 0; index < known.length; index += 1) known = ask(known, index, ids);
  return known;
}

const shown = (pages: PagedRows<Row>) =>
  rowsByPage(pages)
    .flat()
    .map(({ id }) => Number(id));

describe('a list of which only what is seen is asked for again', () => {
  test('loses no row that new ones push out of the page that was asked for', () => {
    const old = [9, 8, 7, 6, 5, 4, 3, 2, 1];
    const pages = ask(load(NOTHING_KNOWN, old), 0, [11, 10, ...old]);
    expect(shown(pages)).toEqual([11, 10, ...old]);
  });

  test('shows each row once when deleted ones let others move up', () => {
    const pages = ask(load(NOTHING_KNOWN, [6, 5, 4, 3, 2, 1]), 0, [6, 4, 3, 2, 1]);
    expect(shown(pages)).toEqual([6, 4, 3, 2, 1]);
  });

  test('begins anew behind a page of which nothing is known any more', () => {
    const pages = ask(load(NOTHING_KNOWN, [3, 2, 1]), 0, [9, 8, 7, 6, 5, 3, 2, 1]);
    expect(shown(pages)).toEqual([9, 8, 7]);
    expect(pages.at(-1)?.isKnown).toBe(false);
  });

  test('does not change when the same answer comes again', () => {
    const pages = load(NOTHING_KNOWN, [3, 2, 1]);
    const items = pages[0]?.rows ?? [];
    expect(settle(pages, undefined, { items, next_cursor: null })).toBe(pages);
  });

  test('is bounded however long its beginning alone is watched', () => {
    let ids = Array.from({ length: 9 }, (_, index) => 9 - index);
    let pages = load(NOTHING_KNOWN, ids);
    for (let id = 10; id < 3_000; id += 1) {
      ids = [id, ...ids];
      pages = ask(pages, 0, ids);
    }
    expect(shown(pages).length).toBeLessThanOrEqual(LIMIT + 1_000);
    expect(shown(pages)).toEqual(ids.slice(0, shown(pages).length));
  });

  test('is without holes whatever is made and deleted while some of its pages are asked for', () => {
    const step = fc.record({
      made: fc.nat(5),
      deleted: fc.array(fc.nat(200), { maxLength: 6 }),
      asked: fc.array(fc.nat(8), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.nat(30), fc.array(step, { maxLength: 12 }), (count, steps) => {
        let newest = count;
        let ids = Array.from({ length: count }, (_, index) => count - index);
        let pages = load(NOTHING_KNOWN, ids);
        for (const { made, deleted, asked } of steps) {
          const fresh = Array.from({ length: made }, (_, index) => newest + made - index);
          newest += made;
          ids = [...fresh, ...ids].filter((id) => !deleted.includes(id));
          for (const index of asked) pages = ask(pages, index, ids);
          expect(pages.slice(0, -1).every(({ isKnown }) => isKnown)).toBe(true);
          expect(shown(pages)).toEqual(shown(pages).toSorted((one, other) => other - one));
          // Between rows that are still there, nothing that was there all along is missing.
          const present = shown(pages).filter((id) => ids.includes(id));
          const [from = 0, to = 0] = [present[0], present.at(-1)];
          const old = ids.filter((id) => id <= from && id >= to && id <= count);
          expect(present.filter((id) => id <= count)).toEqual(old);
        }
        expect(shown(load(pages, ids))).toEqual(ids);
      }),
    );
  });
});
