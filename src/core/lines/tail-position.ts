/** A file of a log stream: each writer writes one file after the other, counted from 1. */
export type FilePlace = { writer: string; count: number; modifiedAt: number };

/** Up to where a reader of a log stream has read: the newest file of each writer, and the bytes read of it. */
export type TailPosition = {
  /** When this was so, in ms since 1970. */
  at: number;
  writers: Map<string, { count: number; offset: number; changedAt: number }>;
};

/** Writers leave a file that they have not written to for ten minutes: what is older than twice that says nothing. */
const QUIET_MS = 20 * 60 * 1000;
/** A position travels in a header and in a URL. */
const MOST_WRITERS = 64;
/** The end of a writer's name, where it is random. */
const keyOf = (writer: string) => writer.slice(-12);

export const emptyPosition = (at: number): TailPosition => ({ at, writers: new Map() });

/** A position of its own, which goes its own way from here. */
export const copyPosition = ({ at, writers }: TailPosition): TailPosition => ({ at, writers: new Map(writers) });

/** Notes that a file was read up to `offset`; older files of the same writer are thereby read as well. */
export function advance(position: TailPosition, { writer, count, modifiedAt }: FilePlace, offset: number): void {
  const known = position.writers.get(keyOf(writer));
  if (known && (known.count > count || (known.count === count && known.offset > offset))) return;
  position.writers.set(keyOf(writer), { count, offset, changedAt: modifiedAt });
}

/** Where to continue reading a file, in bytes. Null when all of it was already read. */
export function resumeAt({ at, writers }: TailPosition, { writer, count, modifiedAt }: FilePlace): number | null {
  const known = writers.get(keyOf(writer));
  // A writer that is not told of is new since then, or had been quiet for long: half of that is room for clocks.
  if (!known) return modifiedAt > at - QUIET_MS / 2 ? 0 : null;
  if (known.count === count) return known.offset;
  return known.count < count ? 0 : null;
}

/** A position as text that may stand in a URL and in a header. */
export function encodePosition({ at, writers }: TailPosition): string {
  const told = [...writers]
    .filter(([, { changedAt }]) => changedAt > at - QUIET_MS)
    .sort(([, a], [, b]) => b.changedAt - a.changedAt)
    .slice(0, MOST_WRITERS)
    .map(([key, { count, offset, changedAt }]) => [key, count, offset, Math.floor(changedAt)].join('.'));
  return [Math.floor(at), ...told].join('~');
}

const POSITION = /^\d{1,15}(~[\w-]{1,12}(\.\d{1,15}){3}){0,64}$/;

/** @returns the position, or null when the text is none of ours. */
export function decodePosition(text: string): TailPosition | null {
  if (!POSITION.test(text)) return null;
  const [at, ...told] = text.split('~');
  const position = emptyPosition(Number(at));
  for (const one of told) {
    const [key = '', count, offset, changedAt] = one.split('.');
    position.writers.set(key, { count: Number(count), offset: Number(offset), changedAt: Number(changedAt) });
  }
  return position;
}
