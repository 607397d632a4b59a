import { StateLabel } from '#ui/page/state-label.tsx';

/** Whether a connector may send. */
export function ConnectorState({ enabled }: { enabled: boolean }) {
  return <StateLabel tone={enabled ? 'success' : 'idle'}>{enabled ? 'Enabled' : 'Disabled'}</StateLabel>;
}
