import type { Logger } from './log-files/log.ts';

/** What is to be ended when the process ends, in the reverse order of its start. */
export type Shutdown = {
  /** Aborts when the end begins: for whatever waits. */
  signal: AbortSignal;
  /**
   * Registers a part that must be stopped. A part that is still starting waits for its own start.
   * @param patienceMs after which the shutdown continues without it.
   */
  onEnd: (part: string, patienceMs: number, end: () => Promise<unknown>) => void;
  /** Ends everything, then the process. */
  end(exitCode: number): Promise<never>;
};

/** For deliveries under way, which have ten seconds; with none of them the end takes a moment. */
const DEADLINE_MS = 14_000;
/** npm passes on the Ctrl-C that the terminal has sent to us already: the two are one. */
const SAME_KEYPRESS_MS = 1_000;

/** Ends the process in order on SIGTERM, on Ctrl-C and when its terminal closes, and at once on the second Ctrl-C. */
export function createShutdown(log: Logger): Shutdown {
  const parts: { part: string; patienceMs: number; end: () => Promise<unknown> }[] = [];
  const beginning = new AbortController();
  let ending: Promise<never> | undefined;
  let askedAt = 0;

  async function endAll(exitCode: number): Promise<never> {
    beginning.abort();
    setTimeout(() => {
      log.error('The shutdown took too long and was cut short');
      process.exit(exitCode || 1);
    }, DEADLINE_MS).unref();
    for (const { part, patienceMs, end } of parts.toReversed()) {
      await withPatience(end(), patienceMs).catch((error: unknown) =>
        log.error({ err: error, part }, 'A part of the console did not stop cleanly'),
      );
    }
    process.exit(exitCode);
  }

  function end(exitCode: number): Promise<never> {
    ending ??= endAll(exitCode);
    return ending;
  }

  function onSignal(name: NodeJS.Signals): void {
    if (ending === undefined) {
      askedAt = performance.now();
      log.info({ signal: name }, 'Shutting down: requests in progress are answered first');
      void end(0);
    } else if (name === 'SIGINT' && performance.now() - askedAt > SAME_KEYPRESS_MS) {
      process.exit(130);
    }
  }
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('SIGHUP', onSignal);

  return {
    signal: beginning.signal,
    onEnd(part, patienceMs, endPart) {
      parts.push({ part, patienceMs, end: endPart });
    },
    end,
  };
}

async function withPatience(work: Promise<unknown>, patienceMs: number): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`It did not finish within ${patienceMs} ms.`)), patienceMs);
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
