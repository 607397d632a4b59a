import { createWindowBudget } from '#core/window-budget.ts';
import type { Actor } from './actor.ts';
import { TooManyRequests } from './trpc/refusal.ts';

/** Live views that one person or key may have open in a process: a browser's window takes one or two. */
export const MOST_STREAMS_EACH = 20;
/** And everybody together: each holds a connection and what it has not sent yet. */
const MOST_STREAMS = 500;
/** Keys that are counted in a second. */
const MOST_KEYS = 10_000;
const RETRY_AFTER_SECONDS = 10;

/** Who acts, as far as a quota looks. */
type Consumer = Pick<Actor, 'type' | 'id'>;

export type Quotas = {
  /**
   * Takes a place for an event stream.
   * @returns gives the place back; more than once does no harm.
   * @throws TooManyRequests
   */
  openStream(by: Consumer): () => void;
  /**
   * Takes events of what a key or a person may publish in a second.
   * @throws TooManyRequests, with the second to wait
   */
  takeEvents(by: Consumer, events: number): void;
};

/** What one process lets one caller hold of its memory and time. Counted in memory, since that is what it protects. */
export function createQuotas({ eventsPerSecond }: { eventsPerSecond: number }): Quotas {
  const streams = new Map<string, number>();
  const budget = createWindowBudget(eventsPerSecond, 1_000, MOST_KEYS);
  let open = 0;
  return {
    openStream({ type, id }) {
      const consumer = `${type} ${id}`;
      const own = streams.get(consumer) ?? 0;
      if (own >= MOST_STREAMS_EACH)
        throw new TooManyRequests(
          `You have ${MOST_STREAMS_EACH} live views open, which is the limit. Close some of their tabs or connections, then try again.`,
          RETRY_AFTER_SECONDS,
        );
      if (open >= MOST_STREAMS)
        throw new TooManyRequests(
          `This console has ${MOST_STREAMS} live views open, which is the limit for one process. Try again later, or run another web process.`,
          RETRY_AFTER_SECONDS,
        );
      streams.set(consumer, own + 1);
      open += 1;
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        open -= 1;
        const left = (streams.get(consumer) ?? 1) - 1;
        if (left > 0) streams.set(consumer, left);
        else streams.delete(consumer);
      };
    },
    takeEvents({ type, id }, events) {
      const waitMs = budget.take(`${type} ${id}`, events, Date.now()) ?? 0;
      if (waitMs === 0) return;
      throw new TooManyRequests(
        `More than ${eventsPerSecond.toLocaleString('en')} events in a second. Wait a second and send them again, or ask the console’s operator to raise EVENTS_PER_SECOND.`,
        Math.ceil(waitMs / 1_000),
      );
    },
  };
}
