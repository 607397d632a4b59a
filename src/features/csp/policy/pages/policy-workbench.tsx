'use client';

import { Button } from '@mantine/core';
import { isSamePolicy } from '#core/csp/policy/diff.ts';
import type { Replay } from '#core/csp/policy/replay.ts';
import { groupName } from '#features/csp/groups/pages/group-name.ts';
import { OverviewPart } from '#features/csp/groups/pages/overview-part.tsx';
import { LoadMore } from '#ui/lists/load-more.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { count, counted } from '#ui/values/counted.ts';
import { PolicyCopy } from './policy-copy.tsx';
import { PolicyDiffView, PolicyEditWords, PolicyRiskLabel } from './policy-edit.tsx';
import { PolicyExpressions } from './policy-expressions.tsx';
import { PolicyInput } from './policy-input.tsx';
import { PolicyWarnings } from './policy-warnings.tsx';
import classes from './workbench.module.css';
import type { Trial } from './workbench-data.ts';
import { type Group, useDraft, useTrial, useWorkbenchData } from './workbench-data.ts';
import type { Draft } from './workbench-draft.ts';
import { WorkbenchGroups } from './workbench-groups.tsx';

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

type Totals = Replay<Group>['totals'];

type WorkbenchSummaryProps = {
  current: Totals;
  /** What the proposal would do; null while nothing is proposed. */
  proposed: Totals | null;
};

/** What a policy does with the reports, in one sentence each for the policy and the proposal. */
function WorkbenchSummary({ current, proposed }: WorkbenchSummaryProps) {
  if (current.all.groups === 0) return null;
  return (
    <div role="status" className={classes.summary}>
      <Outcome words={`Of ${counted(current.all.reports, 'report')}, this policy would`} totals={current} />
      {proposed && <Outcome words="The proposal would" totals={proposed} />}
    </div>
  );
}

function Outcome({ words, totals: { all, blocked, unknown } }: { words: string; totals: Totals }) {
  const share = (reports: number) => `${(100 * reports) / Math.max(1, all.reports)}%`;
  return (
    <div>
      <p className={classes.sentence}>
        {words} still report{' '}
        <strong>
          {count(blocked.reports)} in {counted(blocked.groups, 'group')}
        </strong>
        {unknown.groups > 0 && (
          <>
            ; {count(unknown.reports)} in {counted(unknown.groups, 'group')} are up to the page
          </>
        )}
        .
      </p>
      <div className={classes.bar} aria-hidden>
        <span data-verdict="blocked" style={{ width: share(blocked.reports) }} />
        <span data-verdict="unknown" style={{ width: share(unknown.reports) }} />
      </div>
    </div>
  );
}

type PolicyProposalProps = { trial: Trial; isProposed: boolean; onUse: (policy: string) => void };

/** The policy that allows what was ticked, as a difference, and what each tick gives away. */
function PolicyProposal({ trial: { pasted, proposal }, isProposed, onUse }: PolicyProposalProps) {
  return (
    <OverviewPart
      title="Proposed policy"
      aside={
        isProposed && (
          <Button variant="subtle" color="gray" size="xs" onClick={() => onUse(proposal.policy)}>
            Go on from here
          </Button>
        )
      }
    >
      {!isProposed && <p className={classes.none}>Tick a group above to allow it: the change shows here.</p>}
      <PolicyDiffView before={pasted.policy} after={proposal.policy} label="Difference" />
      {proposal.granted.length > 0 && (
        <ul className={classes.list} aria-label="Changes">
          {proposal.granted.map(({ group, change }) => (
            <li key={group.id} className={classes.grant}>
              {change ? (
                <span className={classes.change}>
                  <PolicyEditWords edit={change} />
                  <PolicyRiskLabel level={change.risk.level} />
                  <span className={classes.why}>{change.risk.words}</span>
                </span>
              ) : (
                <span className={classes.why}>
                  {groupName(group)} in {group.directive} needs no change of its own.
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </OverviewPart>
  );
}
