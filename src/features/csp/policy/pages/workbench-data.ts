'use client';

import { useLocalStorage, useMounted } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useDeferredValue, useMemo } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { type PastedPolicy, readPastedPolicy } from '#core/csp/policy/paste.ts';
import { type Proposal, proposePolicy } from '#core/csp/policy/proposal.ts';
import { type Replay, replayGroups, withViolated } from '#core/csp/policy/replay.ts';
import type { ReportedViolation } from '#core/csp/policy/verdict.ts';
import { useNow } from '#ui/values/clock.tsx';
import { DRAFT_KEY, type Draft, EMPTY_DRAFT, readDraft } from './workbench-draft.ts';
import { workbenchQuestions } from './workbench-questions.ts';

export type Group = Outputs['csp']['groups']['items'][number] & Pick<ReportedViolation, 'violated'>;

/** The reports that a policy is tried on, and the policies that were seen in reports. */
export function useWorkbenchData() {
  const params = useSearchParams();
  const questions = workbenchQuestions(new URLSearchParams(params), useNow());
  const groups = api.csp.groups.useInfiniteQuery(questions.groups, {
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const policies = api.csp.policies.useQuery(questions.policies, { placeholderData: keepPreviousData });
  const found = useMemo(() => {
    const items = groups.data?.pages.flatMap((page) => page.items);
    return items && withViolated(items, policies.data?.items ?? []);
  }, [groups.data, policies.data]);
  return { groups, found, policies };
}

/** The draft that this browser keeps; `isKnown` once it was read, which the server cannot do. */
export function useDraft() {
  const [draft, setDraft] = useLocalStorage<Draft>({
    key: DRAFT_KEY,
    defaultValue: EMPTY_DRAFT,
    deserialize: readDraft,
    serialize: JSON.stringify,
  });
  return { draft, setDraft, isKnown: useMounted() };
}

/** What comes of a draft: the policy that was pasted, what it does with the reports, and what is proposed. */
export type Trial = {
  pasted: PastedPolicy;
  current: Replay<Group>;
  proposal: Proposal<Group>;
  proposed: Replay<Group>;
};

/** Tries a draft on the groups, in the browser. While somebody types, it may lag behind. */
export function useTrial(draft: Draft, groups: readonly Group[]): Trial {
  const text = useDeferredValue(draft.text);
  const pasted = useMemo(() => readPastedPolicy(text), [text]);
  const current = useMemo(() => replayGroups(pasted.policy, groups), [pasted, groups]);
  const proposal = useMemo(() => {
    const wishes = draft.wishes.flatMap(({ id, way }) => {
      const group = groups.find((one) => one.id === id);
      return group ? [{ group, way }] : [];
    });
    return proposePolicy(pasted.policy, wishes);
  }, [pasted, groups, draft.wishes]);
  const proposed = useMemo(() => replayGroups(proposal.policy, groups), [proposal, groups]);
  return { pasted, current, proposal, proposed };
}
