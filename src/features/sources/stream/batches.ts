import type { Batch, ChangeEvent, RefusedChange } from './apply-changes.ts';
import type { StreamPosition } from './lease.ts';

/** The maximum number of changes and bytes per batch, so that memory stays flat however large a transaction is. */
const MOST_CHANGES = 1_000;
const MOST_CHARACTERS = 4_000_000;
/** The position after the last change of a transaction. */
export const WHOLE = 2_147_483_647;

type Gathered = Batch & { characters: number; endLsn: bigint | null };

const isBehind = (one: StreamPosition, other: StreamPosition) =>
  one.lsn > other.lsn || (one.lsn === other.lsn && one.index > other.index);

/**
 * Collects changes while the previous batch is stored. A batch is stored when a transaction has ended or the batch is
 * full; a large transaction is stored in several.
 * @param apply stores a batch.
 * @param onApplied called with the end of the last complete transaction that is stored, to be acknowledged.
 * @param onFailure called once; nothing is stored after that.
 */
export function createBatches(
  start: StreamPosition,
  apply: (batch: Batch) => Promise<void>,
  onApplied: (endLsn: bigint) => void,
  onFailure: (error: unknown) => void,
) {
  let applied = start;
  let batch = emptyBatch();
  let storing: Promise<void> | null = null;
  let hasFailed = false;

  function emptyBatch(): Gathered {
    return { events: [], changes: 0, refusals: [], position: applied, committedAt: null, characters: 0, endLsn: null };
  }

  function send(): void {
    if (storing || hasFailed) return;
    const taken = batch;
    batch = emptyBatch();
    storing = store(taken);
  }

  async function store(taken: Gathered): Promise<void> {
    try {
      await apply(taken);
      applied = taken.position;
    } catch (error) {
      hasFailed = true;
      onFailure(error);
    } finally {
      storing = null;
    }
    if (hasFailed) return;
    if (taken.endLsn !== null) onApplied(taken.endLsn);
    if (batch.endLsn !== null || isFull()) send();
  }

  const isFull = () => batch.changes >= MOST_CHANGES || batch.characters >= MOST_CHARACTERS;

  return {
    /** Whether a change was already stored, by this or a previous reader. */
    isApplied: (position: StreamPosition) => !isBehind(position, start),
    /** Whether nothing is waiting to be stored. */
    isIdle: () => storing === null && batch.changes === 0 && batch.endLsn === null,

    /** Adds a change with its events. Waits while too much is waiting to be stored. */
    async add(
      position: StreamPosition,
      events: readonly ChangeEvent[],
      refusals: readonly RefusedChange[],
    ): Promise<void> {
      batch.changes += 1;
      batch.position = position;
      batch.events.push(...events);
      batch.refusals.push(...refusals);
      for (const { data } of events) batch.characters += data.length;
      while (isFull() && !hasFailed) {
        if (!storing) send();
        else await storing;
      }
    },

    /** Called at the end of the transaction that commits at `lsn`. */
    commit(lsn: bigint, endLsn: bigint, at: Date): void {
      const position = { lsn, index: WHOLE };
      if (!isBehind(position, start)) {
        if (storing === null && batch.changes === 0) onApplied(endLsn);
        return;
      }
      batch.position = position;
      batch.endLsn = endLsn;
      batch.committedAt = at;
      send();
    },

    /** Waits for the batch that is being stored. */
    settle: async () => {
      hasFailed = true;
      await storing;
    },
  };
}
