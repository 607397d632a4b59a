import { LRUCache } from 'lru-cache';

/**
 * Runs work once that several callers request at the same time. Not the `fetch` of lru-cache, which doesn't stop the
 * work when the last caller gives up.
 */
export type SharedRuns = {
  /**
   * @param key what is asked for, all of it: who gives the same key takes part in the same run, or gets its answer.
   * @param work is aborted when nobody waits for it any more.
   * @throws what `work` throws, or the reason of the signal.
   */
  run<Answer>(key: string, work: (signal: AbortSignal) => Promise<Answer>, signal?: AbortSignal): Promise<Answer>;
};

type Run = { answer: Promise<unknown>; waiting: number; isDone: boolean; stop: AbortController };

/** @param most so many answers are kept, those that were asked for last. Work that failed is done again. */
export function createSharedRuns(most: number): SharedRuns {
  const running = new Map<string, Run>();
  const done = new LRUCache<string, Run>({ max: most });

  function begin(key: string, work: (signal: AbortSignal) => Promise<unknown>): Run {
    const stop = new AbortController();
    const run: Run = { answer: work(stop.signal), waiting: 0, isDone: false, stop };
    const forget = () => {
      if (running.get(key) === run) running.delete(key);
    };
    const finish = () => {
      run.isDone = true;
      if (running.get(key) !== run) return;
      running.delete(key);
      done.set(key, run);
    };
    running.set(key, run);
    run.answer.then(finish, forget);
    stop.signal.addEventListener('abort', forget, { once: true });
    return run;
  }

  return {
    async run<Answer>(key: string, work: (signal: AbortSignal) => Promise<Answer>, signal?: AbortSignal) {
      signal?.throwIfAborted();
      const run = running.get(key) ?? done.get(key) ?? begin(key, work);
      run.waiting += 1;
      const { promise: gaveUp, reject } = Promise.withResolvers<never>();
      const giveUp = () => reject(signal?.reason);
      signal?.addEventListener('abort', giveUp, { once: true });
      try {
        return (await Promise.race([run.answer, gaveUp])) as Answer;
      } finally {
        signal?.removeEventListener('abort', giveUp);
        run.waiting -= 1;
        if (run.waiting === 0 && !run.isDone) run.stop.abort();
      }
    },
  };
}
