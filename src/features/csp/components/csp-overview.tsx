'use client';

import { LoadMore } from '#ui/load-more.tsx';
import { QueryFailure } from '#ui/query-failure.tsx';
import { CspToolbar } from './csp-toolbar.tsx';
import { GroupList } from './group-list.tsx';
import { NewGroups } from './new-groups.tsx';
import { NoReports } from './no-reports.tsx';
import { OverviewSkeleton } from './overview-skeleton.tsx';
import { OverviewSummary } from './overview-summary.tsx';
import { Timeline } from './timeline.tsx';
import { useOverview } from './use-overview.ts';

/** What needs attention in the site's policy: what is new, how much of it there is, and all groups. */
export function CspOverview() {
  const { isEmpty, any, timeline, newest, groups } = useOverview();
  if (isEmpty) return <NoReports />;
  const failed = [any, timeline, newest, groups].find(({ isError }) => isError);
  const isReady = timeline.data && newest.data && groups.data;
  return (
    <>
      <CspToolbar searchLabel="Search violations" />
      {failed && <QueryFailure query={failed} />}
      {!failed && !isReady && <OverviewSkeleton />}
      {isReady && (
        <>
          <OverviewSummary timeline={timeline.data} />
          <NewGroups groups={newest.data.items} settling={newest.isPlaceholderData} />
          <Timeline timeline={timeline.data} settling={timeline.isPlaceholderData} />
          <GroupList groups={groups.data.pages.flatMap(({ items }) => items)} settling={groups.isPlaceholderData} />
          <LoadMore query={groups} />
        </>
      )}
    </>
  );
}
