import type { Metadata } from 'next';
import { consoleOrigin } from '#api/console-origin.ts';
import { SetUpView } from '#features/csp/self-test/pages/set-up-view.tsx';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Set up CSP reports' };

export default async function CspSetUpPage() {
  const origin = await consoleOrigin();
  return (
    <PageData path={paths.cspSetUp} load={(api) => api.csp.logState.fetch()}>
      <SetUpView origin={origin} />
    </PageData>
  );
}
