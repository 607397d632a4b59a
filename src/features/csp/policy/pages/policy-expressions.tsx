'use client';

import { Tooltip, VisuallyHidden } from '@mantine/core';
import { useMemo } from 'react';
import { type ExpressionUse, replayExpressions } from '#core/csp/policy/replay.ts';
import { OverviewPart } from '#features/csp/groups/pages/overview-part.tsx';
import { count, counted } from '#ui/values/counted.ts';
import classes from './policy-expressions.module.css';
import type { Group } from './workbench-data.ts';

/** Which source expressions of the policy would allow reported violations, and which ones have no reports. */
export function PolicyExpressions({ policy, groups }: { policy: string; groups: readonly Group[] }) {
  const uses = useMemo(() => replayExpressions(policy, groups), [policy, groups]);
  const lists = Map.groupBy(uses, (use) => `${use.policy} ${use.directive}`);
  if (uses.length === 0) return null;
  return (
    <OverviewPart title="What each source allows">
      <p className={classes.note}>
        The numbers are reports that a source would allow. Gray sources have no reports, but your pages may still need
        them: browsers report only what was blocked, not what a policy allowed.
      </p>
      <dl className={classes.lists}>
        {[...lists.values()].map((list) => (
          <div key={`${list[0]?.policy} ${list[0]?.directive}`} className={classes.directive}>
            <dt>{list[0]?.directive}</dt>
            <dd className={classes.words}>
              {list.map((use, index) => (
                // a value can occur twice
                <Word key={`${use.value} ${index}`} use={use} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </OverviewPart>
  );
}

function Word({ use: { value, sure, maybe } }: { use: ExpressionUse }) {
  const total = sure.reports + maybe.reports;
  return (
    <Tooltip label={wordsOf(sure, maybe)} multiline maw={320}>
      <span className={classes.word} data-used={total > 0}>
        {value}
        {total > 0 && (
          <span className={classes.count}>
            {maybe.reports > 0 && sure.reports === 0 ? '≤ ' : ''}
            {count(total)}
          </span>
        )}
        {total === 0 && <VisuallyHidden>: no reports</VisuallyHidden>}
      </span>
    </Tooltip>
  );
}

function wordsOf(sure: ExpressionUse['sure'], maybe: ExpressionUse['maybe']): string {
  if (sure.reports + maybe.reports === 0) return 'No reports. Keep it if your pages need it.';
  const parts = [
    sure.reports > 0 && `Allows ${counted(sure.reports, 'report')} in ${counted(sure.groups, 'group')}.`,
    maybe.reports > 0 &&
      `Depends on the page for ${counted(maybe.reports, 'report')} in ${counted(maybe.groups, 'group')}.`,
  ];
  return parts.filter(Boolean).join(' ');
}
