import type { Metadata } from 'next';
import { NoisePage } from '#features/csp/noise/pages/noise-page.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'CSP noise' };

export default async function CspNoisePage({ searchParams }: { searchParams: SearchParams }) {
  return (
    <PageData
      path={paths.cspNoise}
      query={await queryOf(searchParams)}
      load={(api) => Promise.all([api.csp.logState.fetch(), api.csp.noiseRules.list.fetch(), api.csp.mutes.fetch()])}
    >
      <NoisePage />
    </PageData>
  );
}
