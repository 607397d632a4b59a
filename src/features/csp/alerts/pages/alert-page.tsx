'use client';

import { IconPlugConnected } from '@tabler/icons-react';
import type { Outputs } from '#client/console-api.ts';
import { api } from '#client/console-api.ts';
import { useConnectorTypes } from '#features/connectors/pages/use-connector-types.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { count } from '#ui/values/counted.ts';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { AlertForm } from './alert-form.tsx';
import { AlertHistory } from './alert-history.tsx';
import { ALL_CONNECTORS } from './alert-questions.ts';

/** The alert settings, and the alerts that were sent. */
export function AlertPage() {
  const { mayChange } = useSession();
  const settings = api.csp.alerts.get.useQuery();
  const connectors = api.connectors.list.useQuery(ALL_CONNECTORS);
  const types = useConnectorTypes();
  const failed = [settings, connectors].find(({ isLoadingError }) => isLoadingError);
  if (failed) return <QueryFailure query={failed} />;
  if (!settings.data || !connectors.data || !types) return <ListSkeleton />;
  const usable = connectors.data.items.filter(({ type }) => types.find((one) => one.type === type)?.takes_alerts);
  if (mayChange && usable.length === 0)
    return (
      <EmptyState
        icon={<IconPlugConnected size={22} />}
        title="Alerts need a connector"
        action={<LinkButton href={paths.newConnector()}>New connector</LinkButton>}
      >
        Alerts are sent through one of your connectors, such as an n8n workflow that posts to your chat. Create a
        connector, then choose here which alerts you want.
      </EmptyState>
    );
  return (
    <>
      <Section
        title="Alert settings"
        description={
          mayChange
            ? 'Get a message about new groups, and about hours with far more reports than usual. Each group causes at most one alert per day. Noise and muted groups cause none.'
            : 'Only admins and owners can change these settings.'
        }
      >
        {mayChange ? (
          <AlertForm settings={settings.data} connectors={usable} />
        ) : (
          <AlertSummary settings={settings.data} connectors={connectors.data.items} />
        )}
      </Section>
      <Section title="Sent alerts" description="Each group that an alert was sent about, with the result.">
        <AlertHistory />
      </Section>
    </>
  );
}

type Props = {
  settings: Outputs['csp']['alerts']['get'];
  connectors: readonly Outputs['connectors']['list']['items'][number][];
};

/** The alert settings, for members who can't change them. */
function AlertSummary({ settings, connectors }: Props) {
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
        ['New groups', new_groups ? 'On' : 'Off'],
        ['Spikes', spikes ? `${spike_factor} times the usual, and at least ${count(spike_minimum)} reports` : 'Off'],
        ['Quiet until', quiet_until ? <RelativeTime key="quiet" at={quiet_until} /> : '–'],
      ]}
    />
  );
}
