'use client';

import { Checkbox, Radio } from '@mantine/core';
import { useMemo } from 'react';
import { type PolicyAlternative, policyChangeFor } from '#core/csp/policy/change.ts';
import { alternativeKey, alternativesOf } from '#core/csp/policy/proposal.ts';
import type { Replayed } from '#core/csp/policy/replay.ts';
import { GroupMarks } from '#features/csp/groups/pages/group-marks.tsx';
import { groupName } from '#features/csp/groups/pages/group-name.ts';
import { GroupStates } from '#features/csp/groups/pages/group-state.tsx';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { count } from '#ui/values/counted.ts';
import { PolicyEditWords, PolicyRiskLabel } from './policy-edit.tsx';
import classes from './workbench.module.css';
import type { Group } from './workbench-data.ts';
import type { DraftRequest } from './workbench-draft.ts';

type Props = {
  row: Replayed<Group>;
  policy: string;
  request: DraftRequest | undefined;
  /** Whether the proposed policy allows it, possibly because of another change. */
  isGranted: boolean;
  onAllow: (request: DraftRequest) => void;
  onRemove: (id: string) => void;
};

/** A group, what the policy does with it, and how it could be allowed. */
export function WorkbenchGroupRow({ row: { group, verdict }, policy, request, isGranted, onAllow, onRemove }: Props) {
  const change = useMemo(() => policyChangeFor(group, policy), [group, policy]);
  const alternatives = alternativesOf(change);
  const name = groupName(group);
  const best = alternatives[0];
  return (
    <li className={classes.group}>
      <div className={classes.tick}>
        {best && (
          <Checkbox
            aria-label={`Allow ${name} in ${group.directive}`}
            checked={request !== undefined}
            onChange={() => (request ? onRemove(group.id) : onAllow({ id: group.id, alternative: null }))}
          />
        )}
      </div>
      <div>
        <div className={classes.name}>
          <IntentLink href={paths.cspGroup(group.id)}>{name}</IntentLink>
          <GroupMarks group={group} />
        </div>
        <div className={classes.about}>
          <code>{group.directive || 'no directive reported'}</code>
          {group.sample && <code className={classes.sample}>{group.sample}</code>}
          <GroupStates dispositions={group.dispositions} />
        </div>
        {verdict.verdict === 'allowed' && <p className={classes.why}>{verdict.why}</p>}
        {verdict.verdict !== 'allowed' && change.advice !== 'change' && (
          <p className={classes.why}>{change.risk.words}</p>
        )}
        {request && alternatives.length > 1 ? (
          <Radio.Group
            aria-label={`How to allow ${name} in ${group.directive}`}
            value={request.alternative ?? (best ? alternativeKey(best) : null)}
            onChange={(alternative) => onAllow({ id: group.id, alternative })}
          >
            <div className={classes.alternatives}>
              {alternatives.map((alternative) => (
                <Radio
                  key={alternativeKey(alternative)}
                  value={alternativeKey(alternative)}
                  label={<Alternative alternative={alternative} />}
                />
              ))}
            </div>
          </Radio.Group>
        ) : (
          best && <Alternative alternative={best} />
        )}
        {!request && isGranted && <p className={classes.why}>Your selected changes also allow this.</p>}
      </div>
      <div className={classes.reports}>{count(group.count)}</div>
    </li>
  );
}

function Alternative({ alternative }: { alternative: PolicyAlternative }) {
  return (
    <span className={classes.change}>
      <PolicyEditWords edit={alternative} />
      <PolicyRiskLabel level={alternative.risk.level} />
      <span className={classes.why}>{alternative.risk.words}</span>
    </span>
  );
}
