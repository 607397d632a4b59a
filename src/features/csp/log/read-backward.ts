import { arrivalOfKey, type CspLine, keyOfTime } from '#core/csp/report/line.ts';
import { openStreamFile, type StreamFileReader } from '#features/csp/live/stream-file-reader.ts';
import { endOf, MOST_AGE_MS, type StreamFile } from '#features/csp/live/stream-files.ts';

export type Backward = {
  /** Of what happened from this time on, and before the other: lines of other times may come too. In ms since 1970. */
  since?: number | undefined;
  until?: number | undefined;
  signal?: AbortSignal | undefined;
};

/** A line, and a time that nothing happened after of which a line comes later, in ms since 1970. */
export type BackwardLine = { line: CspLine; latest: number };

/**
 * The lines of files of any number of writers, in the order in which they came, the newest first. A line comes after
 * what it tells of, so `latest` falls. A file that rotation removes costs its own lines; what is appended meanwhile is
 * newer.
 * @throws the signal's reason, and what the file system says.
 */
export async function* readBackward(
  files: readonly StreamFile[],
  { since, until, signal }: Backward,
): AsyncGenerator<BackwardLine, void, void> {
  const before = until === undefined ? undefined : keyOfTime(until + MOST_AGE_MS);
  const sources = runsOf(files).map((own) => createSource(own, before, since));
  try {
    while (true) {
      signal?.throwIfAborted();
      const next = sources.reduce((best, one) => (one.latest > best.latest ? one : best), END);
      if (next === END) return;
      if (next.head) yield { line: next.head, latest: next.latest };
      await next.advance();
    }
  } finally {
    await Promise.all(sources.map((source) => source.close()));
  }
}

/**
 * Each writer's files in runs whose days rise with their counts: where the clock was set back, a writer goes on with files
 * of earlier days, and what it wrote before is not older.
 */
function runsOf(files: readonly StreamFile[]): StreamFile[][] {
  const runs: StreamFile[][] = [];
  for (const own of Map.groupBy(files, ({ writer }) => writer).values()) {
    let last: StreamFile | undefined;
    for (const file of own.toSorted((a, b) => a.count - b.count)) {
      if (last && file.day >= last.day) runs.at(-1)?.push(file);
      else runs.push([file]);
      last = file;
    }
  }
  return runs;
}

/** What is still to be read of a run of one writer's files. */
type Source = {
  /** Neither its head nor a later line of it tells of anything after. */
  latest: number;
  /** The newest of its lines, once it was read. */
  head: CspLine | null;
  advance(): Promise<void>;
  close(): Promise<void>;
};

const END: Source = { latest: -Infinity, head: null, advance: async () => {}, close: async () => {} };

/** Opens one file after the other, each when its lines may be the next ones. */
function createSource(files: StreamFile[], before: string | undefined, since: number | undefined): Source {
  let waiting = files.toSorted((a, b) => b.count - a.count);
  let open: { file: StreamFile; reader: StreamFileReader; blocks: AsyncGenerator<CspLine[], void, void> } | null = null;
  let lines: CspLine[] = [];
  let at = 0;
  const latestOfNext = () => (waiting[0] ? endOf(waiting[0]) : END.latest);

  async function openNext(): Promise<void> {
    const file = waiting.shift();
    const reader = file ? await openStreamFile(file) : null;
    if (file && reader) open = { file, reader, blocks: reader.linesBefore(reader.isTimely ? before : undefined) };
  }

  /** @returns the next line of the open file, null at its end. */
  async function nextLine(): Promise<CspLine | null> {
    while (open) {
      const line = lines[at];
      at += 1;
      if (line) return line;
      const { value, done } = await open.blocks.next();
      if (done) return null;
      lines = value;
      at = 0;
    }
    return null;
  }

  const source: Source = {
    latest: latestOfNext(),
    head: null,
    async advance() {
      if (!open) await openNext();
      const line = await nextLine();
      const latest =
        line && open ? (open.reader.isKeyed && open.reader.isTimely ? arrivalOfKey(line.key) : endOf(open.file)) : null;
      if (latest !== null && since !== undefined && latest < since) waiting = [];
      else if (latest !== null) {
        Object.assign(source, { head: line, latest });
        return;
      }
      await source.close();
      Object.assign(source, { head: null, latest: latestOfNext() });
    },
    async close() {
      const left = open;
      open = null;
      lines = [];
      await left?.blocks.return();
      await left?.reader.close();
    },
  };
  return source;
}
