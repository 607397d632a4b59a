import type { LiveState } from '#ui/page/live-label.tsx';

/** The states of a tRPC subscription. `pending` means connected. */
type Connection = 'idle' | 'connecting' | 'pending' | 'error';

type Given = { connection: Connection; isOffline: boolean; isPaused: boolean; isReading?: boolean };

/** What a live page says of itself. The network comes first: without one nothing is live, whatever the stream believes. */
export function liveState({ connection, isOffline, isPaused, isReading = false }: Given): LiveState {
  if (isOffline) return 'offline';
  if (connection === 'error') return 'ended';
  if (isPaused) return 'paused';
  if (connection !== 'pending') return 'connecting';
  return isReading ? 'reading' : 'live';
}
