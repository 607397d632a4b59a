'use client';

import { useDidUpdate } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { useNow } from '#ui/clock.tsx';
import { ANY_VIOLATION, overviewQuestions } from './overview-questions.ts';

/** Somebody who has just set their policy up watches for the first report. */
const WAITING_MS = 3_000;
const WATCHING_MS = 30_000;

/** What the overview shows, kept up to date while it is looked at. */
export function useOverview() {
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
