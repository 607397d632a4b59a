import { definePart } from '#platform/define-part.ts';
import type { Platform } from '#platform/scope.ts';

/** A request of a client of the previous versions, which cancels by another request. */
type CallName = { keyId: string; session: string | null; requestId: string | number };

const callsOf = definePart('running calls of agents', () => new Map<string, AbortController>());

/** A client without a name could cancel another's call. */
const keyOf = ({ keyId, session, requestId }: CallName): string | null =>
  session === null ? null : JSON.stringify([keyId, session, requestId]);

/** Runs a call that can be cancelled by its name, in this process: the protocol lets a cancellation that comes elsewhere go by. */
export async function whileCancellable<Result>(
  platform: Platform,
  name: CallName,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const key = keyOf(name);
  if (key === null) return run(signal);
  const calls = callsOf(platform);
  const cancel = new AbortController();
  calls.set(key, cancel);
  try {
    return await run(AbortSignal.any([signal, cancel.signal]));
  } finally {
    if (calls.get(key) === cancel) calls.delete(key);
  }
}

/** Cancels a running call; one that has ended, or is not here, is let be. */
export function cancelCall(platform: Platform, name: CallName): void {
  const key = keyOf(name);
  if (key !== null) callsOf(platform).get(key)?.abort();
}
