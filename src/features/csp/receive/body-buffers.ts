/** Holds request bodies while they arrive. */
export type BodyBuffers = {
  /** @param onEvicted called when this body is dropped to free memory. It accepts no more data. */
  open(onEvicted: () => void): BodyBuffer;
};

export type BodyBuffer = {
  /** Adds a chunk of the body. @returns false if it accepts no more, because it is too long or was evicted. */
  add(piece: Uint8Array): boolean;
  /** Returns what was added and frees its memory. */
  take(): Uint8Array;
  /** Frees the memory. */
  drop(): void;
};

const EMPTY = new Uint8Array();

/**
 * Holds bodies while they arrive, with a limit on their total size. When the limit is reached, the body that has been
 * arriving for the longest time is dropped: a browser sends its body at once, so that one comes from somebody who sends
 * slowly to fill the memory.
 */
export function createBodyBuffers(mostBytes: number, mostBytesOfAll: number): BodyBuffers {
  // Oldest first.
  const held = new Set<{ evict(): void }>();
  let total = 0;

  return {
    open(onEvicted) {
      let bytes: Uint8Array = EMPTY;
      let size = 0;
      let isOpen = true;

      function hold(next: Uint8Array): void {
        total += next.length - bytes.length;
        bytes = next;
      }
      function drop(): void {
        isOpen = false;
        held.delete(body);
        hold(EMPTY);
      }
      const body = {
        evict() {
          drop();
          onEvicted();
        },
        add(piece: Uint8Array) {
          if (!isOpen) return false;
          if (size + piece.length > mostBytes) {
            drop();
            return false;
          }
          if (size === 0) {
            held.add(body);
            hold(piece); // nearly every body is one chunk
          } else {
            // Kept one by one, chunks of a few bytes would take a hundred times as much memory.
            const length = size + piece.length;
            if (length > bytes.length) hold(grown(bytes, Math.min(mostBytes, Math.max(2 * size, length))));
            bytes.set(piece, size);
          }
          size += piece.length;
          while (total > mostBytesOfAll) held.values().next().value?.evict();
          return isOpen;
        },
        take() {
          const whole = bytes.subarray(0, size);
          drop();
          return whole;
        },
        drop,
      };
      return body;
    },
  };
}

function grown(bytes: Uint8Array, length: number): Uint8Array {
  const longer = Buffer.allocUnsafeSlow(length);
  longer.set(bytes);
  return longer;
}
