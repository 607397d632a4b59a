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
 * than the cap. An encoding that nobody here knows is kept as it came.
 */
export function readBody(contentEncoding: string, maxBytes: number, events: BodyEvents): BodyReader {
  const kept: Buffer[] = [];
  let size = 0;
  let stopped = false;
  let decoder: Transform | undefined;
  const stop = () => {
    stopped = true;
    decoder?.destroy();
  };
  const keep = (chunk: Buffer) => {
    if (stopped) return;
    const room = maxBytes - size;
    kept.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    size += chunk.length;
    if (size <= maxBytes) return;
    stop();
    events.onOverflow();
  };
  const decoderFor = decoderMaker(contentEncoding);
  return {
    write(chunk, onDrain) {
      if (stopped) return true;
      if (!decoderFor) {
        keep(chunk);
        return true;
      }
      decoder ??= decoderFor(chunk)
        .on('data', keep)
        .on('error', (cause) => !stopped && events.onCorrupt(cause));
      const ready = decoder.write(chunk);
      if (!ready) decoder.once('drain', onDrain);
      return ready;
    },
    end(onComplete) {
      if (decoder) decoder.once('end', onComplete).end();
      else onComplete();
    },
    stop,
    bytes: () => Buffer.concat(kept),
  };
}

/** RFC 9110, section 8.4.1. `deflate` comes with and without its zlib header; the first byte tells which. */
function decoderMaker(contentEncoding: string): ((first: Buffer) => Transform) | null {
  switch (contentEncoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return () => createGunzip();
    case 'br':
      return () => createBrotliDecompress();
    case 'zstd':
      return () => createZstdDecompress();
    case 'deflate':
      return (first) => (((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw());
    default:
      return null;
  }
}
