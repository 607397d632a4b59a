'use client';

import { Drawer, Stack, Title } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { ExportMenu } from '#ui/lists/export-menu.tsx';
import { type ListFilter, TIME_FILTER } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { queryString } from '#ui/lists/since-filter.ts';
import { paths } from '#ui/page/paths.ts';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { ACTION_OPTIONS, auditFilters, SEVERITY_OPTIONS } from './audit-filters.ts';
import { AuditIntegrity } from './audit-integrity.tsx';
import type { Entry } from './audit-table.tsx';
import { AuditTable } from './audit-table.tsx';

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
