const SLOT_MS = 250;
const LOOK_MS = 50;

/** Who takes slots; how many it has is counted here. */
export type SlotHolder = { slots: number };

type Slot = { holder: SlotHolder; until: number; isTaken: boolean };

/**
 * Concurrency slots: permissions to start a request, which all lanes share. A request that takes longer than 250 ms gives its
 * slot back, so that a receiver that hangs can't use them up. One holder has at most half of them, and at most an eighth once
 * half are taken: a hundred requests that start at once leave some for others.
 * @param most how many slots there are.
 * @param onFree called when a slot is given back.
 */
export function createConcurrencySlots(most: number, onFree: () => void) {
  let taken = 0;
  // One timer for all: a timer for each slot would cost more than it is worth.
  let slots: Slot[] = [];
  let timer: NodeJS.Timeout | undefined;

  function free(slot: Slot): void {
    if (!slot.isTaken) return;
    slot.isTaken = false;
    taken -= 1;
    slot.holder.slots -= 1;
    onFree();
  }

  function expire(): void {
    const now = performance.now();
    const expired = slots.filter(({ isTaken, until }) => isTaken && until <= now);
    slots = slots.filter(({ isTaken, until }) => isTaken && until > now);
    timer = undefined;
    for (const slot of expired) free(slot);
    watch();
  }

  function watch(): void {
    if (slots.length > 0 && timer === undefined) timer = setTimeout(expire, LOOK_MS);
  }

  return {
    isFull: (holder: SlotHolder): boolean => taken >= most || (taken >= most / 2 && holder.slots >= most / 8),
    /** @returns to be called when the request has ended. */
    take(holder: SlotHolder): () => void {
      taken += 1;
      holder.slots += 1;
      const slot = { holder, until: performance.now() + SLOT_MS, isTaken: true };
      slots.push(slot);
      watch();
      return () => free(slot);
    },
  };
}
