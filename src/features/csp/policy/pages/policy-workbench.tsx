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
import type { DraftResult } from './workbench-data.ts';
import { type Group, useDraft, useDraftResult, useWorkbenchData } from './workbench-data.ts';
import type { Draft } from './workbench-draft.ts';
import { WorkbenchGroups } from './workbench-groups.tsx';

/**
 * Shows what a policy does with the reports, proposes changes for the selected groups, and writes the result for a
 * server.
 */
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
        <Notice>Only the {found.length} groups with the most reports are shown.</Notice>
      )}
      {hasPolicy && <LoadMore query={groups} />}
    </>
  );
}

type Props = { draft: Draft; onChange: (draft: Draft) => void; groups: readonly Group[] };

function Bench({ draft, onChange, groups }: Props) {
  const result = useDraftResult(draft, groups);
  const { pasted, current, proposal, proposed } = result;
  const isProposed = !isSamePolicy(pasted.policy, proposal.policy);
  return (
    <>
      <div className={classes.bench}>
        {groups.length > 0 && (
          <div>
            <WorkbenchSummary current={current.totals} proposed={isProposed ? proposed.totals : null} />
            <WorkbenchGroups result={result} draft={draft} onChange={onChange} />
          </div>
        )}
        <div className={classes.beside}>
          <PolicyProposal
            result={result}
            isProposed={isProposed}
            onUse={(text) => onChange({ text, isPicked: draft.isPicked, requested: [] })}
          />
        </div>
      </div>
      <PolicyCopy policy={proposal.policy} isProposed={isProposed} />
      <PolicyWarnings result={result} isProposed={isProposed} isPicked={draft.isPicked} />
      {groups.length > 0 && <PolicyExpressions policy={pasted.policy} groups={groups} />}
    </>
  );
}

/** Without reports, a policy can be checked but not tested. */
function NoReportsYet() {
  return (
    <Notice
      title="No reports to test against yet"
      action={
        <LinkButton href={paths.cspSetUp} variant="default" size="xs">
          Set up and test
        </LinkButton>
      }
    >
      Once browsers report violations, you can pick your pages’ policies here and see what each change would have
      allowed. Until then, this page finds weaknesses in a policy and writes it for your server.
    </Notice>
  );
}

type Totals = Replay<Group>['totals'];

type WorkbenchSummaryProps = {
  current: Totals;
  /** What the proposed policy would do; null without changes. */
  proposed: Totals | null;
};

/** What the policy and the proposed policy do with the reports, in a sentence each. */
function WorkbenchSummary({ current, proposed }: WorkbenchSummaryProps) {
  if (current.all.groups === 0) return null;
  return (
    <div role="status" className={classes.summary}>
      <Outcome words={`Of ${counted(current.all.reports, 'report')}, this policy would`} totals={current} />
      {proposed && <Outcome words="The proposed policy would" totals={proposed} />}
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
            ; {count(unknown.reports)} in {counted(unknown.groups, 'group')} depend on the page
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

type PolicyProposalProps = { result: DraftResult; isProposed: boolean; onUse: (policy: string) => void };

/** The policy with the requested changes, as a diff, and the risk of each change. */
function PolicyProposal({ result: { pasted, proposal }, isProposed, onUse }: PolicyProposalProps) {
  return (
    <OverviewPart
      title="Proposed policy"
      aside={
        isProposed && (
          <Button variant="subtle" color="gray" size="xs" onClick={() => onUse(proposal.policy)}>
            Apply changes
          </Button>
        )
      }
    >
      {!isProposed && <p className={classes.none}>Select a group above to allow it. The change is shown here.</p>}
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
                  {groupName(group)} in {group.directive} is already allowed by another change.
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </OverviewPart>
  );
}
