import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';

/** Longer than a test may take from its storing to its answer. */
const SENDING_MS = 20_000;
/** What a process left that was killed. */
const KEPT = '1 hour';
const FIRST_LOOK_MS = 10;
const MOST_LOOK_MS = 250;
const NOTIFY_AGAIN_MS = 1_000;

/** A test that is being sent, as its erasure reaches it. */
export type TestSending = {
  /** In the transaction that stores the event. */
  begin(tx: Transaction, event_id: string): Promise<void>;
  /** Asked right before the request is written. */
  mayStart(): boolean;
  isErased(): boolean;
  end(): Promise<void>;
};

/**
 * Lets an erasure call off a test that is stored and not written yet. The sender hears of it at once; one that hears
 * nothing, or does not run, writes nothing once its time is over.
 */
export function watchTestSending({ pool, live, log }: Pick<Platform, 'pool' | 'live' | 'log'>): TestSending {
  // Before the statement that sets the end, so that this one comes first.
  const end = performance.now() + SENDING_MS;
  let id: string | undefined;
  let erased = false;
  const release = async () => {
    if (id === undefined) return;
    // Without an answer, the erasure waits until the sender's time has passed.
    await pool
      .query('delete from test_sending where event_id = $1', [id])
      .catch((error: unknown) =>
        log.debug({ err: error }, 'A test event that was sent is still recorded as being sent'),
      );
  };
  const unfollow = live.follow('erasures', (ids) => {
    if (erased || id === undefined || !ids?.includes(id)) return;
    erased = true;
    void release();
  });
  return {
    async begin(tx, event_id) {
      id = event_id;
      await tx.$executeRaw`delete from test_sending where sending_until < now() - ${KEPT}::interval`;
      await tx.$executeRaw`
        insert into test_sending (event_id, sending_until)
          values (${event_id}::uuid, now() + ${SENDING_MS} * interval '1 millisecond')`;
    },
    mayStart: () => !erased && performance.now() < end,
    isErased: () => erased,
    async end() {
      unfollow();
      if (!erased) await release();
    },
  };
}

const waited = z.tuple([z.object({ is_sending: z.boolean() })]);

/** Waits, after the erasure of an event, until no test of it can be written any more: its sender says so, or its time is over. */
export async function awaitTestSending(
  { database, live }: Pick<Platform, 'database' | 'live'>,
  event_id: string,
  clock: { now(): number } = performance,
): Promise<void> {
  let notifiedAt = Number.NEGATIVE_INFINITY;
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(2 * lookMs, MOST_LOOK_MS)) {
    const [{ is_sending }] = waited.parse(
      await database.$queryRaw`
        select exists (select from test_sending where event_id = ${event_id}::uuid and sending_until > now()
          and sending_until <= now() + ${SENDING_MS} * interval '1 millisecond') as is_sending`,
    );
    if (!is_sending) return;
    const now = clock.now();
    if (now - notifiedAt > NOTIFY_AGAIN_MS) {
      live.notify('erasures', [event_id]);
      notifiedAt = now;
    }
    await delay(lookMs);
  }
}
