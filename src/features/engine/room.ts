const YOUNG_MS = 250;
const LOOK_MS = 50;

/** Who takes room; how much of it is the room's to count. */
export type Guest = { young: number };

type Stay = { guest: Guest; until: number; inside: boolean };

/**
 * Room for requests that have just begun: what many good receivers share. A request that takes longer leaves it, so that a
 * receiver that hangs takes none of theirs. One guest takes at most half of it, and once half is taken at most an eighth:
 * a hundred requests that begin at once leave room for others.
 */
export function createRoom(most: number, onRoom: () => void) {
  let young = 0;
  // One timer for all: one for each would cost more than it tells.
  let stays: Stay[] = [];
  let timer: NodeJS.Timeout | undefined;

  function leave(stay: Stay): void {
    if (!stay.inside) return;
    stay.inside = false;
    young -= 1;
    stay.guest.young -= 1;
    onRoom();
  }

  function growOld(): void {
    const now = performance.now();
    const old = stays.filter(({ inside, until }) => inside && until <= now);
    stays = stays.filter(({ inside, until }) => inside && until > now);
    timer = undefined;
    for (const stay of old) leave(stay);
    watch();
  }

  function watch(): void {
    if (stays.length > 0 && timer === undefined) timer = setTimeout(growOld, LOOK_MS);
  }

  return {
    isFull: (guest: Guest): boolean => young >= most || (young >= most / 2 && guest.young >= most / 8),
    /** @returns to be called when the request has ended. */
    enter(guest: Guest): () => void {
      young += 1;
      guest.young += 1;
      const stay = { guest, until: performance.now() + YOUNG_MS, inside: true };
      stays.push(stay);
      watch();
      return () => leave(stay);
    },
  };
}
