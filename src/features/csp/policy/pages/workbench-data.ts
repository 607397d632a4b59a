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

/** The groups to test a policy against, and the policies from reports. */
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

/** The draft in this browser's storage. `isKnown` is true once it has been read, which the server can't do. */
export function useDraft() {
  const [draft, setDraft] = useLocalStorage<Draft>({
    key: DRAFT_KEY,
    defaultValue: EMPTY_DRAFT,
    deserialize: readDraft,
    serialize: JSON.stringify,
  });
  return { draft, setDraft, isKnown: useMounted() };
}

/** The result of a draft: the pasted policy, the proposed policy, and what each does with the reports. */
export type DraftResult = {
  pasted: PastedPolicy;
  current: Replay<Group>;
  proposal: Proposal<Group>;
  proposed: Replay<Group>;
};

/** Computes the result of a draft in the browser. While somebody types, it can lag behind. */
export function useDraftResult(draft: Draft, groups: readonly Group[]): DraftResult {
  const text = useDeferredValue(draft.text);
  const pasted = useMemo(() => readPastedPolicy(text), [text]);
  const current = useMemo(() => replayGroups(pasted.policy, groups), [pasted, groups]);
  const proposal = useMemo(() => {
    const requested = draft.requested.flatMap(({ id, alternative }) => {
      const group = groups.find((one) => one.id === id);
      return group ? [{ group, alternative }] : [];
    });
    return proposePolicy(pasted.policy, requested);
  }, [pasted, groups, draft.requested]);
  const proposed = useMemo(() => replayGroups(proposal.policy, groups), [proposal, groups]);
  return { pasted, current, proposal, proposed };
}
