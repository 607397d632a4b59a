'use client';

import { Anchor } from '@mantine/core';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { type Group, GroupTable } from './group-table.tsx';
import { OverviewPart } from './overview-part.tsx';
import { MOST_NEW } from './overview-questions.ts';

/** What nobody has seen before: the first thing to look at. */
export function NewGroups({ groups, settling }: { groups: readonly Group[]; settling: boolean }) {
  const { params, set } = useUrlQuery();
  // The list shows nothing else then.
  if (groups.length === 0 || params.has('new')) return null;
  return (
    <OverviewPart
      title="New since yesterday"
      aside={
        groups.length > MOST_NEW && (
          <Anchor component="button" type="button" onClick={() => set({ new: 'yes' })}>
            See all that is new
          </Anchor>
        )
      }
    >
      <GroupTable label="New groups" groups={groups.slice(0, MOST_NEW)} settling={settling} />
    </OverviewPart>
  );
}
