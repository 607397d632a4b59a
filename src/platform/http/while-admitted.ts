import { type CallContext, type Caller, inNoOrganization } from '#platform/trpc/procedure.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

/** Somebody who signed out, or was put out, hears nothing more after this time. */
const ASK_EVERY_MS = 3_000;

type Admission = Pick<CallContext, 'caller' | 'reauthenticate'> & { signal: AbortSignal | undefined };

/**
 * Passes on a stream as long as its caller is unchanged: signed in, in the same organization and role.
 * @param open creates the stream; its signal aborts when the client has disconnected, or the caller is no longer
 * allowed to listen.
 * @throws the same refusal that a request of that caller would get.
 */
export async function* whileAdmitted<Item>(
  { caller, reauthenticate, signal }: Admission,
  open: (signal: AbortSignal) => AsyncIterable<Item>,
  askEveryMs = ASK_EVERY_MS,
): AsyncGenerator<Item, void> {
  const dismissal = new AbortController();
  const ask = async () => {
    const now = await reauthenticate?.();
    if (!now || standing(now) === standing(caller)) return;
    if (now.kind === 'nobody' && now.stranded) throw inNoOrganization();
    throw new Refusal('UNAUTHENTICATED', 'Your account, organization, or role has changed. Reload this page.');
  };
  const timer = setInterval(() => void ask().catch((error: unknown) => dismissal.abort(error)), askEveryMs);
  try {
    yield* open(AbortSignal.any([dismissal.signal, ...(signal ? [signal] : [])]));
    dismissal.signal.throwIfAborted();
  } finally {
    clearInterval(timer);
  }
}

/** What a caller's rights come from. */
function standing(caller: Caller): string {
  if (caller.kind === 'nobody') return caller.kind;
  const rights =
    caller.kind === 'user' ? `${caller.role} ${caller.lacks_two_factor ?? false}` : caller.scopes.toSorted().join(' ');
  return [caller.kind, caller.id, caller.organization_id, rights].join('\n');
}
