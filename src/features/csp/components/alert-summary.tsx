import type { Outputs } from '#client/console-api.ts';
import { count } from '#ui/counted.ts';
import { Facts } from '#ui/facts.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import { StateLabel } from '#ui/state-label.tsx';

type Props = {
  settings: Outputs['csp']['alerts']['get'];
  connectors: readonly Outputs['connectors']['list']['items'][number][];
};

/** The alert settings, for who may only read them. */
export function AlertSummary({ settings, connectors }: Props) {
  const { enabled, connector_id, new_groups, spikes, spike_factor, spike_minimum, quiet_until } = settings;
  return (
    <Facts
      items={[
        [
          'Alerts',
          <StateLabel key="on" tone={enabled ? 'success' : 'idle'}>
            {enabled ? 'On' : 'Off'}
          </StateLabel>,
        ],
        ['Through', connectors.find(({ id }) => id === connector_id)?.name ?? '–'],
        ['New groups', new_groups ? 'Told' : 'Not told'],
        [
          'Spikes',
          spikes ? `${spike_factor} times the usual, and at least ${count(spike_minimum)} reports` : 'Not told',
        ],
        ['Quiet until', quiet_until ? <RelativeTime key="quiet" at={quiet_until} /> : '–'],
      ]}
    />
  );
}
