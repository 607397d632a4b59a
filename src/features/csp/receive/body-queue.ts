/** Work that is done a slice at a time. */
export type Work<Result> = Generator<undefined, Result>;

export type BodyQueue = {
  /**
   * Works on a body: a slice in a turn of the event loop, after the bodies that came before.
   * @param client whose it is: of one client, one body waits at a time.
   * @param done gets the result, in a later turn.
   * @returns false, and nothing is done, when there is no room.
   */
  add<Result>(client: string, body: Uint8Array, start: () => Work<Result>, done: (result: Result) => void): boolean;
  /** Lets go of what waits: nobody was told that it was taken. */
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
 * Works on large bodies so that others are answered in between: a body of 1 MiB can hold tens of thousands of reports,
 * which take two seconds. What waits is within a bound, and not read before its turn, for that takes ten times the memory.
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
