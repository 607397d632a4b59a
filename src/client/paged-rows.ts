/** A part of a keyset list: the rows between two cursors. Its cursor is where the part before ended; the first has none. */
export type Stretch<Row> = {
  cursor: string | undefined;
  rows: readonly Row[];
  /** Whether the server has answered for it; one that is not known is the last. */
  isKnown: boolean;
};

/** What a page knows of a list: its beginning, without holes. */
export type PagedRows<Row> = readonly Stretch<Row>[];

type Answer<Row> = { items: readonly Row[]; next_cursor: string | null };

export const NOTHING_KNOWN: PagedRows<never> = [{ cursor: undefined, rows: [], isKnown: false }];

/** How many rows that new ones pushed out of the visible pages are kept. Beyond that, they are requested again. */
const MOST_PUSHED = 1_000;

/**
 * Applies the server's response for one page. Rows that it pushed out at its end move to the next page, whose cursor
 * moves with them, so that the list has no gap although nothing else was refetched.
 */
export function settle<Row extends { id: string }>(
  pages: PagedRows<Row>,
  cursor: string | undefined,
  { items, next_cursor: next }: Answer<Row>,
): PagedRows<Row> {
  const index = pages.findIndex((page) => page.cursor === cursor);
  const present = pages[index];
  if (!present) return pages;
  const isEnd = next === null;
  const following = pages[index + 1];
  if (present.rows === items && present.isKnown && (isEnd ? !following : following?.cursor === next)) return pages;
  const settled = [...pages.slice(0, index), { cursor, rows: items, isKnown: true }];
  return isEnd ? settled : [...settled, ...behind(pages, index, items.at(-1)?.id, next)];
}

/** What is known of the list behind the row of an id that stood at `index` or later. */
function behind<Row extends { id: string }>(
  pages: PagedRows<Row>,
  index: number,
  id: string | undefined,
  cursor: string,
): Stretch<Row>[] {
  const at = pages.findIndex(({ rows }, page) => page >= index && rows.some((row) => row.id === id));
  const holder = pages[at];
  if (!holder) return [{ cursor, rows: [], isKnown: false }];
  const rest = holder.rows.slice(holder.rows.findIndex((row) => row.id === id) + 1);
  const [after, ...others] = pages.slice(at + 1);
  if (at > index && rest.length > 0)
    return [
      { cursor, rows: rest, isKnown: holder.isKnown && after !== undefined },
      ...(after ? [after, ...others] : []),
    ];
  const rows = [...rest, ...(after?.rows ?? [])];
  if (rows.length > MOST_PUSHED) return [{ cursor, rows: rows.slice(0, MOST_PUSHED), isKnown: false }];
  return [{ cursor, rows, isKnown: after?.isKnown ?? false }, ...others];
}

/** Each row once. A row that has moved up is shown at its latest known position. */
export function rowsByPage<Row extends { id: string }>(pages: PagedRows<Row>): Row[][] {
  const seen = new Set<string>();
  return pages.map(({ rows }) => rows.filter(({ id }) => !seen.has(id) && seen.add(id)));
}
