/** Work that several ask for at once and that is done once. */
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
  const runs = new Map<string, Run>();

  function begin(key: string, work: (signal: AbortSignal) => Promise<unknown>): Run {
    const stop = new AbortController();
    const run: Run = { answer: work(stop.signal), waiting: 0, isDone: false, stop };
    const forget = () => {
      if (runs.get(key) === run) runs.delete(key);
    };
    const finish = () => {
      run.isDone = true;
    };
    run.answer.then(finish, forget);
    stop.signal.addEventListener('abort', forget, { once: true });
    return run;
  }

  return {
    async run<Answer>(key: string, work: (signal: AbortSignal) => Promise<Answer>, signal?: AbortSignal) {
      signal?.throwIfAborted();
      const run = runs.get(key) ?? begin(key, work);
      runs.delete(key);
      runs.set(key, run);
      for (const [oldest, { isDone }] of runs) {
        if (runs.size <= most) break;
        if (isDone) runs.delete(oldest);
      }
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
