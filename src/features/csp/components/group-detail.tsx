'use client';

import { keepPreviousData } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { useNow } from '#ui/clock.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { PageSkeleton } from '#ui/skeletons.tsx';
import { GroupExplanation } from './group-explanation.tsx';
import { GroupGone } from './group-gone.tsx';
import { GroupHeader } from './group-header.tsx';
import { GroupPlaces } from './group-places.tsx';
import { GroupPolicyChange } from './group-policy-change.tsx';
import { groupQuestions } from './group-questions.ts';
import { GroupReports } from './group-reports.tsx';
import { GroupTimes } from './group-times.tsx';

const WATCHING_MS = 30_000;

/** One group of violations: what it means, what to do, and everything that browsers told of it. */
export function GroupDetail({ id }: { id: string }) {
  const questions = groupQuestions(id, new URLSearchParams(useSearchParams()), useNow());
  const watch = { placeholderData: keepPreviousData, refetchInterval: WATCHING_MS };
  const query = api.csp.group.useQuery(questions.group, watch);
  const timeline = api.csp.timeline.useQuery(questions.timeline, watch);
  const code = query.error?.data?.contract_code;

  if (code === 'NOT_FOUND' || code === 'VALIDATION') return <GroupGone />;
  const failed = [query, timeline].find(({ isLoadingError }) => isLoadingError);
  if (failed && !(query.data && timeline.data)) {
    return (
      <>
        <PageHeader title="Group of violations" back={{ href: paths.csp, label: 'CSP reports' }} />
        <QueryFailure query={failed} />
      </>
    );
  }
  if (!query.data || !timeline.data) return <PageSkeleton />;
  const group = query.data;
  return (
    <>
      <GroupHeader group={group} />
      <GroupExplanation group={group} />
      <GroupPolicyChange group={group} />
      <GroupTimes group={group} timeline={timeline.data} />
      <GroupPlaces group={group} />
      <GroupReports question={questions.reports} />
    </>
  );
}
