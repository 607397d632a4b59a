'use client';

import { Button, Drawer, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Inputs, type Outputs } from '#client/console-api.ts';
import { LoadMore } from '#ui/lists/load-more.tsx';
import row from '#ui/lists/row-link.module.css';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { LongText } from '#ui/values/long-text.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { FilterChips } from './filter-chips.tsx';
import { GroupState } from './group-state.tsx';
import classes from './group-table.module.css';

/** The group's reports in the log, newest first. Each opens in full. */
export function GroupReports({ question }: { question: NonNullable<Inputs['csp']['violations']> }) {
  const { set } = useUrlQuery();
  const query = api.csp.violations.useInfiniteQuery(question, {
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const [openedId, setOpenedId] = useState<string>();
  const reports = query.data?.pages.flatMap(({ items }) => items);
  return (
    <Section
      title="Reports"
      description="Newest first. When too many arrive within a minute, the rest are only counted."
    >
      <FilterChips />
      {query.isError && <QueryFailure query={query} />}
      {query.isPending && <ListSkeleton />}
      {reports?.length === 0 && (
        <Text c="dimmed">
          The log has no reports from this time.{' '}
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
                    {report.document ?? 'Unknown page'}
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

type Report = Outputs['csp']['violations']['items'][number];

/** One report in full, always shown as plain text, because its content is untrusted. */
function ReportDrawer({ report, onClose }: { report: Report | undefined; onClose: () => void }) {
  return (
    <Drawer opened={report !== undefined} onClose={onClose} title="Report">
      {report && (
        <Stack gap="xl">
          <Facts
            items={[
              ['State', <GroupState key="state" disposition={report.disposition} />],
              ['When', <RelativeTime key="at" at={report.at} />],
              ['Browser', report.browser],
              ['Directive', report.directive || '–'],
              ['Blocked', <LongValue key="blocked" value={report.blocked} what="what was blocked" />],
              ['Page', <LongValue key="page" value={report.document} what="page" />],
              ['Source', <LongValue key="source" value={sourceOf(report)} what="source" />],
              ['Sample', <LongValue key="sample" value={report.sample} what="sample" />],
            ]}
          />
          <BodyViewer label="Record" body={report} />
        </Stack>
      )}
    </Drawer>
  );
}

const LongValue = ({ value, what }: { value: string | null; what: string }) =>
  value === null ? '–' : <LongText value={value} what={what} />;

const sourceOf = ({ source_file, line, column }: Report): string | null =>
  source_file && [source_file, line, column].filter((part) => part !== null).join(':');
