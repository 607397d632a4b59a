import { StateLabel, type Tone } from './state-label.tsx';

export type LiveState = 'live' | 'connecting' | 'reading' | 'paused' | 'offline' | 'ended';

const STATES: Record<LiveState, [Tone, string]> = {
  live: ['success', 'Live'],
  connecting: ['running', 'Connecting…'],
  reading: ['warning', 'Held while you read'],
  paused: ['idle', 'Paused'],
  offline: ['warning', 'Offline'],
  ended: ['failure', 'Not connected'],
};

/** Whether what happens appears on this page as it happens. */
export function LiveLabel({ state }: { state: LiveState }) {
  const [tone, words] = STATES[state];
  return (
    <span role="status">
      <StateLabel tone={tone}>{words}</StateLabel>
    </span>
  );
}
