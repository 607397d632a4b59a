import type { Metadata } from 'next';
import { serverHelpers } from '#api/server-caller.ts';
import { GroupDetail } from '#features/csp/groups/pages/group-detail.tsx';
import { groupName } from '#features/csp/groups/pages/group-name.ts';
import { groupQuestions } from '#features/csp/groups/pages/group-questions.ts';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../../query-of.ts';
import { PageData } from '../../../page-data.tsx';
import { titleOf } from '../../../title-of.ts';

/** How long the answer to the title's query counts as fresh, so that the page doesn't send the query again. */
const SAME_REQUEST_MS = 60_000;

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const api = await serverHelpers();
  const { group } = groupQuestions((await params).id, new URLSearchParams(), Date.now());
  return titleOf(api.csp.group.fetch(group), groupName, 'CSP reports');
}

export default async function GroupPage({ params, searchParams }: Props) {
  const { id } = await params;
  const query = await queryOf(searchParams);
  const { group, timeline, reports } = groupQuestions(id, query, Date.now());
  return (
    <PageData
      path={paths.cspGroup(id)}
      query={query}
      load={(api) =>
        Promise.all([
          api.csp.logState.fetch(),
          api.csp.group.fetch(group, { staleTime: SAME_REQUEST_MS }),
          api.csp.timeline.fetch(timeline),
          api.csp.violations.fetchInfinite(reports),
        ])
      }
    >
      <GroupDetail id={id} />
    </PageData>
  );
}
