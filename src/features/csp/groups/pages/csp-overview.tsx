'use client';

import { Anchor, Group, Skeleton } from '@mantine/core';
import { useDidUpdate } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { api, type Outputs } from '#client/console-api.ts';
import { Timeline } from '#features/csp/timeline/pages/timeline.tsx';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { LoadMore } from '#ui/lists/load-more.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { count, counted } from '#ui/values/counted.ts';
import { CspToolbar } from './csp-toolbar.tsx';
import { GroupTable, type Group as ViolationGroup } from './group-table.tsx';
import { NoReports, NothingMatches } from './no-reports.tsx';
import classes from './overview.module.css';
import { OverviewPart } from './overview-part.tsx';
import { ANY_VIOLATION, GROUP_SORTS, MOST_NEW, overviewQuestions } from './overview-questions.ts';

/** What needs attention: new groups, the totals, and all groups. */
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

/** Shown while the overview is loading. */
function OverviewSkeleton() {
  return (
    <>
      <Skeleton height={14} width={220} mt={4} mb={36} />
      <Skeleton height={14} width={120} mb={24} />
      <Skeleton height={200} mb={36} />
      <ListSkeleton />
    </>
  );
}

/** New groups, shown first. */
function NewGroups({ groups, settling }: { groups: readonly ViolationGroup[]; settling: boolean }) {
  const { params, set } = useUrlQuery();
  // With this filter, the list below shows the same groups.
  if (groups.length === 0 || params.has('new')) return null;
  return (
    <OverviewPart
      title="New since yesterday"
      aside={
        groups.length > MOST_NEW && (
          <Anchor component="button" type="button" onClick={() => set({ new: 'yes' })}>
            See all new groups
          </Anchor>
        )
      }
    >
      <GroupTable label="New groups" groups={groups.slice(0, MOST_NEW)} settling={settling} />
    </OverviewPart>
  );
}

/** Refreshes often, for people who have just set up reporting and wait for the first report. */
const WAITING_MS = 3_000;
const WATCHING_MS = 30_000;

/** The data of the overview, refreshed while the page is visible. */
function useOverview() {
  const params = useSearchParams();
  const questions = overviewQuestions(new URLSearchParams(params), useNow());
  const any = api.csp.violations.useQuery(ANY_VIOLATION, {
    refetchInterval: ({ state: { data } }) => (data?.items.length === 0 ? WAITING_MS : false),
  });
  const isEmpty = any.data && any.data.items.length === 0;
  const watch = { placeholderData: keepPreviousData, refetchInterval: WATCHING_MS };
  const timeline = api.csp.timeline.useQuery(questions.timeline, watch);
  const newest = api.csp.groups.useQuery(questions.newest, watch);
  const groups = api.csp.groups.useInfiniteQuery(questions.groups, {
    ...watch,
    getNextPageParam: (page) => page.next_cursor,
  });
  const cache = api.useUtils();
  useDidUpdate(() => {
    if (isEmpty === false) void cache.csp.invalidate();
  }, [isEmpty]);
  return { isEmpty, any, timeline, newest, groups };
}

/** The totals, and how much is hidden, with a link to show it. */
function OverviewSummary({ timeline: { total, noise, muted } }: { timeline: Outputs['csp']['timeline'] }) {
  const { params, set } = useUrlQuery();
  const shownNoise = params.get('noise');
  const showsMuted = params.get('muted') === 'show';
  return (
    <p className={classes.summary} role="status">
      <strong>{counted(total, 'report')}</strong>
      {noise > 0 && shownNoise !== 'only' && (
        <Hidden
          words={shownNoise === 'show' ? `${count(noise)} of them noise` : `${count(noise)} hidden as noise`}
          isShown={shownNoise === 'show'}
          what="noise"
          onToggle={() => set({ noise: shownNoise === 'show' ? null : 'show' })}
        />
      )}
      {(muted > 0 || showsMuted) && (
        <Hidden
          words={showsMuted ? `${count(muted)} of them muted` : `${count(muted)} muted`}
          isShown={showsMuted}
          what="muted groups"
          onToggle={() => set({ muted: showsMuted ? null : 'show' })}
        />
      )}
    </p>
  );
}

type HiddenProps = { words: string; isShown: boolean; what: string; onToggle: () => void };

function Hidden({ words, isShown, what, onToggle }: HiddenProps) {
  const verb = isShown ? 'Hide' : 'Show';
  return (
    <span className={classes.hidden}>
      {words},{' '}
      <Anchor component="button" type="button" aria-label={`${verb} ${what}`} onClick={onToggle}>
        {verb.toLowerCase()}
      </Anchor>
    </span>
  );
}

const [DEFAULT_SORT, ...OTHER_SORTS] = GROUP_SORTS;

/** All groups that match the filters, in the chosen order. */
function GroupList({ groups, settling }: { groups: readonly ViolationGroup[]; settling: boolean }) {
  const { params, set } = useUrlQuery();
  if (groups.length === 0) return <NothingMatches />;
  return (
    <OverviewPart
      title={params.has('new') ? 'New since yesterday' : 'All groups'}
      aside={
        <Group gap="lg">
          {params.has('new') && (
            <Anchor component="button" type="button" onClick={() => set({ new: null })}>
              See all groups
            </Anchor>
          )}
          <FilterSelect
            label="Order"
            all={DEFAULT_SORT.label}
            options={OTHER_SORTS}
            value={params.get('sort')}
            onChange={(sort) => set({ sort })}
          />
        </Group>
      }
    >
      <GroupTable label="Groups" groups={groups} settling={settling} />
    </OverviewPart>
  );
}
