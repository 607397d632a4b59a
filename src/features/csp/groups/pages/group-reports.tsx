'use client';

import { Button, Table, Text, UnstyledButton } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Inputs } from '#client/console-api.ts';
import { LoadMore } from '#ui/lists/load-more.tsx';
import row from '#ui/lists/row-link.module.css';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { FilterChips } from './filter-chips.tsx';
import classes from './group-table.module.css';
import { ReportDrawer } from './report-drawer.tsx';

/** Every report of the group that the log keeps, newest first; each opens in full. */
export function GroupReports({ question }: { question: NonNullable<Inputs['csp']['violations']> }) {
  const { set } = useUrlQuery();
  const query = api.csp.violations.useInfiniteQuery(question, {
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const [openedId, setOpenedId] = useState<string>();
  const reports = query.data?.pages.flatMap(({ items }) => items);
  return (
    <Section title="Reports" description="As they came, newest first. Very many of one minute are only counted.">
      <FilterChips />
      {query.isError && <QueryFailure query={query} />}
      {query.isPending && <ListSkeleton />}
      {reports?.length === 0 && (
        <Text c="dimmed">
          No report of this time is kept.{' '}
          <Button variant="default" size="xs" onClick={() => set({ since: null, until: null })}>
            Show all
          </Button>
        </Text>
      )}
      {reports && reports.length > 0 && (
        <Table aria-label="Reports" aria-busy={query.isPlaceholderData} opacity={query.isPlaceholderData ? 0.6 : 1}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Page</Table.Th>
              <Table.Th visibleFrom="xs">Browser</Table.Th>
              <Table.Th ta="right">When</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {reports.map((report) => (
              <Table.Tr key={report.id} className={row.row}>
                <Table.Td className={classes.violation ?? ''}>
                  <UnstyledButton className={row.target} onClick={() => setOpenedId(report.id)}>
                    {report.document ?? 'A page that the report does not name'}
                  </UnstyledButton>
                </Table.Td>
                <Table.Td visibleFrom="xs" className={classes.short ?? ''}>
                  {report.browser}
                </Table.Td>
                <Table.Td ta="right" className={classes.short ?? ''}>
                  <RelativeTime at={report.at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <LoadMore query={query} />
      <ReportDrawer report={reports?.find(({ id }) => id === openedId)} onClose={() => setOpenedId(undefined)} />
    </Section>
  );
}
