/**
 * Divides long work of several owners into pieces: each waiting owner gets one piece in turn, however many pieces
 * another one requests.
 * @param later calls back after everything else that is waiting has had its turn, as `setImmediate` does.
 * @returns a function to await before each piece of work.
 */
export function createTurns(later: (run: () => void) => void): (owner: string) => Promise<void> {
  const waiting = new Map<string, (() => void)[]>();
  let isScheduled = false;

  function give(): void {
    isScheduled = false;
    const [first] = waiting;
    if (!first) return;
    const [owner, pieces] = first;
    // To the end of the row.
    waiting.delete(owner);
    pieces.shift()?.();
    if (pieces.length > 0) waiting.set(owner, pieces);
    if (waiting.size > 0) schedule();
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    later(give);
  }

  return (owner) =>
    new Promise((resolve) => {
      const pieces = waiting.get(owner) ?? [];
      pieces.push(resolve);
      waiting.set(owner, pieces);
      schedule();
    });
}
