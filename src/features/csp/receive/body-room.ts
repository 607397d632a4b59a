/** What holds the bodies that are on their way. */
export type BodyRoom = {
  /** @param onNoRoom called when this body has to be dropped. It then holds no memory and accepts no more data. */
  open(onNoRoom: () => void): HeldBody;
};

export type HeldBody = {
  /** Takes the body's next piece. @returns false when it does not take any more: it is too long, or has to go. */
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
export function createBodyRoom(mostBytes: number, mostBytesOfAll: number): BodyRoom {
  // In the order of their beginnings.
  const held = new Set<{ mustGo(): void }>();
  let total = 0;

  return {
    open(onNoRoom) {
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
        mustGo() {
          drop();
          onNoRoom();
        },
        add(piece: Uint8Array) {
          if (!isOpen) return false;
          if (size + piece.length > mostBytes) {
            drop();
            return false;
          }
          if (size === 0) {
            held.add(body);
            hold(piece); // nearly every body is one piece
          } else {
            // Pieces of few bytes would take a hundred times as much, one by one.
            const length = size + piece.length;
            if (length > bytes.length) hold(grown(bytes, Math.min(mostBytes, Math.max(2 * size, length))));
            bytes.set(piece, size);
          }
          size += piece.length;
          while (total > mostBytesOfAll) held.values().next().value?.mustGo();
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
