'use client';

import { Checkbox, Radio } from '@mantine/core';
import { useMemo } from 'react';
import { type PolicyAlternative, policyChangeFor } from '#core/csp/policy/change.ts';
import { wayOf, waysOf } from '#core/csp/policy/proposal.ts';
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
import type { DraftWish } from './workbench-draft.ts';

type Props = {
  row: Replayed<Group>;
  policy: string;
  wish: DraftWish | undefined;
  /** Whether the proposal allows it, possibly because of another requested change. */
  isGranted: boolean;
  onWish: (wish: DraftWish) => void;
  onDrop: (id: string) => void;
};

/** A group with what the policy does about it, and how it could be allowed. */
export function WorkbenchGroupRow({ row: { group, verdict }, policy, wish, isGranted, onWish, onDrop }: Props) {
  const change = useMemo(() => policyChangeFor(group, policy), [group, policy]);
  const ways = waysOf(change);
  const name = groupName(group);
  const best = ways[0];
  return (
    <li className={classes.group}>
      <div className={classes.tick}>
        {best && (
          <Checkbox
            aria-label={`Allow ${name} in ${group.directive}`}
            checked={wish !== undefined}
            onChange={() => (wish ? onDrop(group.id) : onWish({ id: group.id, way: null }))}
          />
        )}
      </div>
      <div>
        <div className={classes.name}>
          <IntentLink href={paths.cspGroup(group.id)}>{name}</IntentLink>
          <GroupMarks group={group} />
        </div>
        <div className={classes.about}>
          <code>{group.directive || 'directive not named'}</code>
          {group.sample && <code className={classes.sample}>{group.sample}</code>}
          <GroupStates dispositions={group.dispositions} />
        </div>
        {verdict.verdict === 'allowed' && <p className={classes.why}>{verdict.why}</p>}
        {verdict.verdict !== 'allowed' && change.advice !== 'change' && (
          <p className={classes.why}>{change.risk.words}</p>
        )}
        {wish && ways.length > 1 ? (
          <Radio.Group
            aria-label={`How to allow ${name} in ${group.directive}`}
            value={wish.way ?? (best ? wayOf(best) : null)}
            onChange={(way) => onWish({ id: group.id, way })}
          >
            <div className={classes.ways}>
              {ways.map((way) => (
                <Radio key={wayOf(way)} value={wayOf(way)} label={<Way way={way} />} />
              ))}
            </div>
          </Radio.Group>
        ) : (
          best && <Way way={best} />
        )}
        {!wish && isGranted && <p className={classes.why}>What you ticked allows this too.</p>}
      </div>
      <div className={classes.reports}>{count(group.count)}</div>
    </li>
  );
}

function Way({ way }: { way: PolicyAlternative }) {
  return (
    <span className={classes.change}>
      <PolicyEditWords edit={way} />
      <PolicyRiskLabel level={way.risk.level} />
      <span className={classes.why}>{way.risk.words}</span>
    </span>
  );
}
