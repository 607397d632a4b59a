'use client';

import { IconPlugConnected } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { useConnectorTypes } from '#features/connectors/components/use-connector-types.ts';
import { EmptyState } from '#ui/empty-state.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { Section } from '#ui/section.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { AlertForm } from './alert-form.tsx';
import { AlertHistory } from './alert-history.tsx';
import { ALL_CONNECTORS } from './alert-questions.ts';
import { AlertSummary } from './alert-summary.tsx';

/** Whether and how the organization is told of new violations, and what it was told. */
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
        An alert is a message through one of your connectors, such as an n8n workflow that posts to your chat. Make one,
        then choose here what you want to hear of.
      </EmptyState>
    );
  return (
    <>
      <Section
        title="What to tell"
        description={
          mayChange
            ? 'A message for what was never seen before and for hours with far more reports than usual: each group once a day at most. Noise and muted groups are never told.'
            : 'Only an admin or owner can change it.'
        }
      >
        {mayChange ? (
          <AlertForm settings={settings.data} connectors={usable} />
        ) : (
          <AlertSummary settings={settings.data} connectors={connectors.data.items} />
        )}
      </Section>
      <Section title="What was told" description="Each group that an alert told of, and what came of it.">
        <AlertHistory />
      </Section>
    </>
  );
}
