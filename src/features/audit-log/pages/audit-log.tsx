'use client';

import { Drawer, Stack, Text, Title } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { ExportMenu } from '#ui/lists/export-menu.tsx';
import { type ListFilter, TIME_FILTER } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowButton } from '#ui/lists/row-link.tsx';
import { queryString } from '#ui/lists/since-filter.ts';
import { paths } from '#ui/page/paths.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { DottedName } from '#ui/values/dotted-name.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { ACTION_OPTIONS, auditFilters, SEVERITY_OPTIONS } from './audit-filters.ts';
import { AuditIntegrity } from './audit-integrity.tsx';

const FILTERS: ListFilter[] = [
  { param: 'action', label: 'Kind', all: 'Any kind', options: ACTION_OPTIONS, takesOthers: true },
  { param: 'severity', label: 'Severity', all: 'Any severity', options: SEVERITY_OPTIONS },
  TIME_FILTER,
];

/** Who did what, newest first. */
export function AuditLog() {
  const filters = auditFilters(new URLSearchParams(useSearchParams()), useNow());
  const { client } = api.useUtils();
  const list = usePagedList({ procedure: api.auditLog.list, ask: client.auditLog.list.query, filters });
  const [openedId, setOpenedId] = useState<string>();
  return (
    <>
      <AuditIntegrity />
      <FilteredList
        list={list}
        search="Search who, what or action"
        filters={FILTERS}
        actions={<ExportMenu hrefOf={(format) => paths.auditLogExport(queryString({ format, ...filters }))} />}
        empty={
          <EmptyState icon={<IconHistory size={22} />} title="Nothing yet">
            Every change of settings and access is kept here, with who did it and from where: make a connector or an API
            key, and it appears.
          </EmptyState>
        }
        noMatch={{ title: 'No entry matches', hint: 'Look for another name, or take a filter away.' }}
      >
        <AuditTable list={list} onOpen={setOpenedId} />
      </FilteredList>
      <AuditDrawer entry={list.rows?.find(({ id }) => id === openedId)} onClose={() => setOpenedId(undefined)} />
    </>
  );
}

const ACTOR_TYPES: Record<Entry['actor']['type'], string> = {
  user: 'Person',
  api_key: 'API key',
  agent: 'Agent',
  system: 'The console itself',
};

/** One entry in full. */
function AuditDrawer({ entry, onClose }: { entry: Entry | undefined; onClose: () => void }) {
  return (
    <Drawer opened={entry !== undefined} onClose={onClose} title={entry?.action ?? 'Audit log'}>
      {entry && <EntryDetail entry={entry} />}
    </Drawer>
  );
}

function EntryDetail({ entry }: { entry: Entry }) {
  return (
    <Stack gap="xl">
      <Facts
        items={[
          ['When', <RelativeTime key="at" at={entry.at} />],
          ['Entry id', <Copyable key="id" value={entry.id} what="entry id" />],
          ['Who', `${entry.actor.name} (${ACTOR_TYPES[entry.actor.type]})`],
          ['Actor id', <Copyable key="actor" value={entry.actor.id} what="actor id" />],
          ['What', `${entry.target.name} (${entry.target.type.replaceAll('_', ' ')})`],
          ['Target id', <Copyable key="target" value={entry.target.id} what="target id" />],
          ['Severity', entry.severity === 'security' ? 'Security' : 'Info'],
          ['Address', entry.ip ?? '–'],
          ['User agent', entry.user_agent ?? '–'],
        ]}
      />
      {Object.keys(entry.details).length > 0 && (
        <section>
          <Title order={3} mb="xs">
            Details
          </Title>
          <BodyViewer label="Details" body={entry.details} />
        </section>
      )}
    </Stack>
  );
}

type Entry = Outputs['auditLog']['list']['items'][number];

type Props = { list: ListRows<Entry>; onOpen: (id: string) => void };

const OTHER_COLUMNS: Column<Entry>[] = [
  { title: 'What', from: 'xs', render: ({ target }) => <LongName>{target.name}</LongName> },
  { title: 'Who', from: 'sm', render: ({ actor }) => <LongName>{actor.name}</LongName> },
  { title: 'From', from: 'md', width: 136, isDimmed: true, render: ({ ip }) => ip ?? '–' },
  { title: 'When', width: 120, align: 'right', isDimmed: true, render: ({ at }) => <RelativeTime at={at} /> },
];

/** One row per entry. A click anywhere opens it. */
function AuditTable({ list, onOpen }: Props) {
  const action: Column<Entry> = {
    title: 'Action',
    render: (entry) => (
      <>
        <RowButton onClick={() => onOpen(entry.id)}>
          <DottedName name={entry.action} />
        </RowButton>
        {entry.severity === 'security' && (
          <Text component="span" ml="sm">
            <StateLabel tone="warning">Security</StateLabel>
          </Text>
        )}
        <Text c="dimmed" component="div" hiddenFrom="xs">
          <LongName>{entry.target.name}</LongName>
        </Text>
      </>
    ),
  };
  return <ListTable label="Audit log" list={list} columns={[action, ...OTHER_COLUMNS]} />;
}
