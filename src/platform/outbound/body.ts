import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';

/** What becomes of a body while it arrives. */
type BodyEvents = {
  /** More decoded bytes than the cap: the reader has stopped, the first of them are kept. */
  onOverflow(): void;
  /** The bytes are not what `content-encoding` says. */
  onCorrupt(cause: Error): void;
};

/** Collects an answer's body, decoded, up to a cap. */
export type BodyReader = {
  /** @returns false when the sender should wait until `onDrain` was called. */
  write(chunk: Buffer, onDrain: () => void): boolean;
  end(onComplete: () => void): void;
  stop(): void;
  /** What was decoded so far. */
  bytes(): Buffer;
};

/**
 * A decoder is fed as the bytes arrive and stopped at the cap, so a small body that unpacks to gigabytes costs no more
 * than the cap.
 * @param encodings known ones, in the order in which they were applied; none for a body that is kept as it comes
 */
export function readBody(encodings: readonly string[], maxBytes: number, events: BodyEvents): BodyReader {
  const kept: Buffer[] = [];
  let size = 0;
  let stopped = false;
  let decoders: Transform[] | undefined;
  const stop = () => {
    stopped = true;
    for (const decoder of decoders ?? []) decoder.destroy();
  };
  const keep = (chunk: Buffer) => {
    if (stopped) return;
    const free = maxBytes - size;
    kept.push(chunk.length > free ? chunk.subarray(0, free) : chunk);
    size += chunk.length;
    if (size <= maxBytes) return;
    stop();
    events.onOverflow();
  };
  function start(first: Buffer): Transform[] {
    // The last that was applied is undone first.
    const made = encodings.toReversed().map((encoding, index) => createDecoder(encoding, index === 0 ? first : null));
    for (const [index, decoder] of made.entries()) {
      decoder.on('error', (cause) => !stopped && events.onCorrupt(cause));
      const next = made[index + 1];
      if (next) decoder.pipe(next);
      else decoder.on('data', keep);
    }
    return made;
  }
  return {
    write(chunk, onDrain) {
      if (stopped) return true;
      if (encodings.length === 0) {
        keep(chunk);
        return true;
      }
      decoders ??= start(chunk);
      const [outermost] = decoders;
      const ready = outermost?.write(chunk) ?? true;
      if (!ready) outermost?.once('drain', onDrain);
      return ready;
    },
    end(onComplete) {
      if (!decoders) onComplete();
      decoders?.at(-1)?.once('end', onComplete);
      decoders?.[0]?.end();
    },
    stop,
    bytes: () => Buffer.concat(kept),
  };
}

/**
 * RFC 9110, section 8.4.1. `deflate` comes with and without its zlib header; the first byte tells which.
 * @param first the first bytes, null for those of an encoding within another, which is taken to have the header
 */
function createDecoder(encoding: string, first: Buffer | null): Transform {
  if (encoding === 'br') return createBrotliDecompress();
  if (encoding === 'zstd') return createZstdDecompress();
  if (encoding !== 'deflate') return createGunzip();
  return first === null || ((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
}
