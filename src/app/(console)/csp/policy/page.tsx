import type { Metadata } from 'next';
import { PolicyWorkbench } from '#features/csp/policy/pages/policy-workbench.tsx';
import { workbenchQuestions } from '#features/csp/policy/pages/workbench-questions.ts';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'CSP policy' };

export default async function CspPolicyPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  const { groups, policies } = workbenchQuestions(query, Date.now());
  return (
    <PageData
      path={paths.cspPolicy}
      query={query}
      load={(api) =>
        Promise.all([api.csp.logState.fetch(), api.csp.groups.fetchInfinite(groups), api.csp.policies.fetch(policies)])
      }
    >
      <PolicyWorkbench />
    </PageData>
  );
}
