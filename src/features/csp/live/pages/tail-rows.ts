import type { Outputs } from '#client/console-api.ts';

export type StreamLine = Outputs['csp']['lines']['items'][number];

/** A line, or the place where lines came faster than they could be shown. */
export type TailRow = StreamLine | { id: string; kind: 'skipped'; skipped: number };

/** What the page knows of the stream. Rows are newest first. */
export type TailRows = {
  shown: readonly TailRow[];
  /** What came while the reader was busy with what is shown. */
  held: readonly TailRow[];
  /** How many lines are held back, including those that exceed the limit. */
  heldLines: number;
  /** Whether the log holds lines older than those shown. */
  hasOlder: boolean;
  /** The cursor of the list for older lines. Also null when the page's limit is reached. */
  olderCursor: string | null;
};

/** A page that is open for days must not grow. */
export const MOST_ROWS = 2_000;

type Page = { items: readonly StreamLine[]; next_cursor: string | null };

/** The page as the newest lines of the log. */
export const rowsOf = ({ items, next_cursor }: Page): TailRows => ({
  shown: items,
  held: [],
  heldLines: 0,
  hasOlder: next_cursor !== null,
  olderCursor: next_cursor,
});

type Batch = { lines: readonly StreamLine[]; skipped: number };

/** Takes new lines in. @param id of the batch. @param hold whether they wait until `release`. */
export function receive(rows: TailRows, { lines, skipped }: Batch, id: string, hold: boolean): TailRows {
  const known = new Set([...rows.shown, ...rows.held].map((row) => row.id));
  const fresh: TailRow[] = lines.filter((line) => !known.has(line.id));
  if (skipped > 0) fresh.push({ id, kind: 'skipped', skipped });
  if (fresh.length === 0) return rows;
  if (!hold) return show(rows, [...fresh, ...rows.held]);
  return {
    ...rows,
    held: [...fresh, ...rows.held].slice(0, MOST_ROWS),
    heldLines: rows.heldLines + countLines(fresh),
  };
}

/** Shows what was held back. */
export const release = (rows: TailRows): TailRows => (rows.held.length === 0 ? rows : show(rows, rows.held));

function show(rows: TailRows, fresh: readonly TailRow[]): TailRows {
  return { ...bounded(rows, [...fresh, ...rows.shown]), held: [], heldLines: 0 };
}

/** Adds the list's next page below, up to the page's limit. */
export function addOlder(rows: TailRows, { items, next_cursor }: Page): TailRows {
  const known = new Set(rows.shown.map(({ id }) => id));
  const all = [...rows.shown, ...items.filter(({ id }) => !known.has(id))];
  return bounded({ ...rows, hasOlder: next_cursor !== null, olderCursor: next_cursor }, all);
}

function bounded(rows: TailRows, shown: readonly TailRow[]): TailRows {
  if (shown.length < MOST_ROWS) return { ...rows, shown };
  const isCut = shown.length > MOST_ROWS;
  return { ...rows, shown: shown.slice(0, MOST_ROWS), hasOlder: rows.hasOlder || isCut, olderCursor: null };
}

const countLines = (rows: readonly TailRow[]): number =>
  rows.reduce((sum, row) => sum + (row.kind === 'skipped' ? row.skipped : 1), 0);
