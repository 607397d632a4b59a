'use client';

import { Anchor, Group } from '@mantine/core';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { GroupTable, type Group as ViolationGroup } from './group-table.tsx';
import { NothingMatches } from './no-reports.tsx';
import { OverviewPart } from './overview-part.tsx';
import { GROUP_SORTS } from './overview-questions.ts';

const [DEFAULT_SORT, ...OTHER_SORTS] = GROUP_SORTS;

/** Every group that passes the filters, in the order that one chooses. */
export function GroupList({ groups, settling }: { groups: readonly ViolationGroup[]; settling: boolean }) {
  const { params, set } = useUrlQuery();
  if (groups.length === 0) return <NothingMatches />;
  return (
    <OverviewPart
      title={params.has('new') ? 'New since yesterday' : 'All groups'}
      aside={
        <Group gap="lg">
          {params.has('new') && (
            <Anchor component="button" type="button" onClick={() => set({ new: null })}>
              See all groups
            </Anchor>
          )}
          <FilterSelect
            label="Order"
            all={DEFAULT_SORT.label}
            options={OTHER_SORTS}
            value={params.get('sort')}
            onChange={(sort) => set({ sort })}
          />
        </Group>
      }
    >
      <GroupTable label="Groups" groups={groups} settling={settling} />
    </OverviewPart>
  );
}
