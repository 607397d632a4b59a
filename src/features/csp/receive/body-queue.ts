/** Work that is done a slice at a time. */
export type Work<Result> = Generator<undefined, Result>;

export type BodyQueue = {
  /**
   * Processes a body, one slice per turn of the event loop, after the bodies that came before it.
   * @param client the sender: only one body of each client can wait at a time.
   * @param done gets the result, in a later turn.
   * @returns false when the queue is full; nothing is done then.
   */
  add<Result>(client: string, body: Uint8Array, start: () => Work<Result>, done: (result: Result) => void): boolean;
  /** Drops the waiting bodies. None of them has been answered yet. */
  clear(): void;
};

/** In fewer bytes there are some hundred reports at the most: not worth counting. */
const FEW_BYTES = 16 * 1024;
/** A report is one object or two, and its texts may have braces; browsers send a hundred at the most. */
const MOST_BRACES_AT_ONCE = 256;
const BRACE = 0x7b;

/** Whether a body can hold so few reports that its work need not be cut into slices: they take the time, not their length. */
export function isSmallBody(body: Uint8Array): boolean {
  if (body.length <= FEW_BYTES) return true;
  let braces = 0;
  for (let at = body.indexOf(BRACE); at >= 0; at = body.indexOf(BRACE, at + 1)) {
    braces += 1;
    if (braces > MOST_BRACES_AT_ONCE) return false;
  }
  return true;
}

/** Does all of the work at once. */
export function finish<Result>(work: Work<Result>): Result {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/**
 * Processes large bodies in slices, so that other requests are answered in between: a body of 1 MiB can contain tens of
 * thousands of reports, which take two seconds. The waiting bodies have a total size limit, and each is parsed only
 * when it is its turn, because parsing takes ten times its memory.
 */
export function createBodyQueue(mostBytes: number): BodyQueue {
  const waiting = new Map<string, { bytes: number; step: () => boolean }>();
  let bytes = 0;

  function turn(): void {
    const [first] = waiting;
    if (!first) return;
    const [client, body] = first;
    if (body.step()) {
      bytes -= body.bytes;
      waiting.delete(client);
    }
    if (waiting.size > 0) setImmediate(turn);
  }

  return {
    add(client, body, start, done) {
      if (waiting.has(client) || bytes + body.length > mostBytes) return false;
      let work: ReturnType<typeof start> | undefined;
      const step = () => {
        work ??= start();
        const { done: isDone, value } = work.next();
        if (isDone) done(value);
        return isDone === true;
      };
      bytes += body.length;
      if (waiting.set(client, { bytes: body.length, step }).size === 1) setImmediate(turn);
      return true;
    },
    clear() {
      waiting.clear();
      bytes = 0;
    },
  };
}
