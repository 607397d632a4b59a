/** A file of a log stream. Each writer writes its files one after the other, numbered from 1. */
export type FilePlace = { writer: string; count: number; modifiedAt: number };

/** A reader's position in a log stream: the newest file of each writer, and how many bytes of it were read. */
export type TailPosition = {
  /** The time of this position, in ms since 1970. */
  at: number;
  writers: Map<string, { count: number; offset: number; changedAt: number }>;
};

/**
 * Writers start a new file after ten minutes without writing, so positions in files older than twice that aren't
 * needed.
 */
const QUIET_MS = 20 * 60 * 1000;
/** A position is sent in headers and URLs, which limits its length. */
const MOST_WRITERS = 64;
/** The random end of a writer's name. */
const keyOf = (writer: string) => writer.slice(-12);

export const emptyPosition = (at: number): TailPosition => ({ at, writers: new Map() });

/** An independent copy of the position. */
export const copyPosition = ({ at, writers }: TailPosition): TailPosition => ({ at, writers: new Map(writers) });

/** Records that a file was read up to `offset`. Older files of the same writer then count as read too. */
export function advance(position: TailPosition, { writer, count, modifiedAt }: FilePlace, offset: number): void {
  const known = position.writers.get(keyOf(writer));
  if (known && (known.count > count || (known.count === count && known.offset > offset))) return;
  position.writers.set(keyOf(writer), { count, offset, changedAt: modifiedAt });
}

/** Where to continue reading a file, in bytes. Null when all of it was already read. */
export function resumeAt({ at, writers }: TailPosition, { writer, count, modifiedAt }: FilePlace): number | null {
  const known = writers.get(keyOf(writer));
  // A writer without a position is new since then, or was idle for a long time. Half of that time allows for clock
  // differences.
  if (!known) return modifiedAt > at - QUIET_MS / 2 ? 0 : null;
  if (known.count === count) return known.offset;
  return known.count < count ? 0 : null;
}

/** A position as text for URLs and headers. */
export function encodePosition({ at, writers }: TailPosition): string {
  const told = [...writers]
    .filter(([, { changedAt }]) => changedAt > at - QUIET_MS)
    .sort(([, a], [, b]) => b.changedAt - a.changedAt)
    .slice(0, MOST_WRITERS)
    .map(([key, { count, offset, changedAt }]) => [key, count, offset, Math.floor(changedAt)].join('.'));
  return [Math.floor(at), ...told].join('~');
}

const POSITION = /^\d{1,15}(~[\w-]{1,12}(\.\d{1,15}){3}){0,64}$/;

/** @returns the position, or null if the text isn't valid. */
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
