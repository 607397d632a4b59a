import type { Metadata } from 'next';
import { AlertPage } from '#features/csp/alerts/pages/alert-page.tsx';
import { ALL_CONNECTORS } from '#features/csp/alerts/pages/alert-questions.ts';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'CSP alerts' };

export default function CspAlertsPage() {
  return (
    <PageData
      path={paths.cspAlerts}
      load={(api) =>
        Promise.all([
          api.csp.logState.fetch(),
          api.csp.alerts.get.fetch(),
          api.csp.alerts.list.fetchInfinite({}),
          api.connectors.list.fetch(ALL_CONNECTORS),
          api.connectorTypes.list.fetch(),
        ])
      }
    >
      <AlertPage />
    </PageData>
  );
}
