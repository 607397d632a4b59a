'use client';

import { Button } from '@mantine/core';
import { groupName } from './group-name.ts';
import { OverviewPart } from './overview-part.tsx';
import { PolicyDiffView } from './policy-diff-view.tsx';
import { PolicyEditWords } from './policy-edit-words.tsx';
import { PolicyRiskLabel } from './policy-risk-label.tsx';
import classes from './workbench.module.css';
import type { Trial } from './workbench-data.ts';

type Props = { trial: Trial; isProposed: boolean; onUse: (policy: string) => void };

/** The policy that allows what was ticked, as a difference, and what each tick gives away. */
export function PolicyProposal({ trial: { pasted, proposal }, isProposed, onUse }: Props) {
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
