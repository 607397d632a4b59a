'use client';

import { isSamePolicy } from '#core/csp-policy-diff.ts';
import { LinkButton } from '#ui/link-button.tsx';
import { LoadMore } from '#ui/load-more.tsx';
import { Notice } from '#ui/notice.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { PolicyCopy } from './policy-copy.tsx';
import { PolicyExpressions } from './policy-expressions.tsx';
import { PolicyInput } from './policy-input.tsx';
import { PolicyProposal } from './policy-proposal.tsx';
import { PolicyWarnings } from './policy-warnings.tsx';
import classes from './workbench.module.css';
import { type Group, useDraft, useTrial, useWorkbenchData } from './workbench-data.ts';
import type { Draft } from './workbench-draft.ts';
import { WorkbenchGroups } from './workbench-groups.tsx';
import { WorkbenchSummary } from './workbench-summary.tsx';

/** A policy is tried on what browsers reported, changed by ticking what it shall allow, and copied. */
export function PolicyWorkbench() {
  const { groups, found, policies } = useWorkbenchData();
  const { draft, setDraft, isKnown } = useDraft();
  const failed = [groups, policies].find(({ isLoadingError }) => isLoadingError);
  if (failed) return <QueryFailure query={failed} />;
  if (!isKnown || !found || !policies.data) return <ListSkeleton />;
  const hasPolicy = draft.text.trim() !== '';
  return (
    <>
      <PolicyInput draft={draft} onChange={setDraft} policies={policies.data.items} />
      {policies.data.items.length === 0 && <NoReportsYet />}
      {hasPolicy && <Bench draft={draft} onChange={setDraft} groups={found} />}
      {hasPolicy && groups.hasNextPage && (
        <Notice>These are the {found.length} groups with the most reports: others were not looked at.</Notice>
      )}
      {hasPolicy && <LoadMore query={groups} />}
    </>
  );
}

type Props = { draft: Draft; onChange: (draft: Draft) => void; groups: readonly Group[] };

function Bench({ draft, onChange, groups }: Props) {
  const trial = useTrial(draft, groups);
  const { pasted, current, proposal, proposed } = trial;
  const isProposed = !isSamePolicy(pasted.policy, proposal.policy);
  return (
    <>
      <div className={classes.bench}>
        {groups.length > 0 && (
          <div>
            <WorkbenchSummary current={current.totals} proposed={isProposed ? proposed.totals : null} />
            <WorkbenchGroups trial={trial} draft={draft} onChange={onChange} />
          </div>
        )}
        <div className={classes.beside}>
          <PolicyProposal
            trial={trial}
            isProposed={isProposed}
            onUse={(text) => onChange({ text, isPicked: draft.isPicked, wishes: [] })}
          />
        </div>
      </div>
      <PolicyCopy policy={proposal.policy} isProposed={isProposed} />
      <PolicyWarnings trial={trial} isProposed={isProposed} isPicked={draft.isPicked} />
      {groups.length > 0 && <PolicyExpressions policy={pasted.policy} groups={groups} />}
    </>
  );
}

/** A newcomer can have a policy read, but not yet tried. */
function NoReportsYet() {
  return (
    <Notice
      title="No reports yet to try it on"
      action={
        <LinkButton href={paths.cspSetUp} variant="default" size="xs">
          Set up and test
        </LinkButton>
      }
    >
      Once browsers report violations, the policies of your pages can be picked here, and every change shows what it
      would have let through. Until then this page says what is weak in a policy, and writes it for your server.
    </Notice>
  );
}
