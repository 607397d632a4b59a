'use client';

import { Button, Drawer, Stack, Title } from '@mantine/core';
import { IconHistory, IconSearchOff } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { ExportMenu } from '#ui/lists/export-menu.tsx';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { SearchInput } from '#ui/lists/search-input.tsx';
import { queryString, SINCE_OPTIONS } from '#ui/lists/since-filter.ts';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { ACTION_OPTIONS, auditFilters, SEVERITY_OPTIONS } from './audit-filters.ts';
import { AuditIntegrity } from './audit-integrity.tsx';
import type { Entry } from './audit-table.tsx';
import { AuditTable } from './audit-table.tsx';

/** Who did what, newest first. */
export function AuditLog() {
  const { params, set } = useUrlQuery();
  const filters = auditFilters(new URLSearchParams(params), useNow());
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.auditLog.list,
    ask: client.auditLog.list.query,
    input: filters,
  });
  const [openedId, setOpenedId] = useState<string>();
  const { rows: entries } = list;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const action = params.get('action');
  const actions =
    action && !ACTION_OPTIONS.some(({ value }) => value === action)
      ? [{ value: action, label: action }, ...ACTION_OPTIONS]
      : ACTION_OPTIONS;

  return (
    <>
      <AuditIntegrity />
      <Toolbar>
        <SearchInput
          label="Search who, what or action"
          value={params.get('search') ?? ''}
          onSearch={(search) => set({ search })}
        />
        <FilterSelect
          label="Kind"
          all="Any kind"
          options={actions}
          value={action}
          onChange={(chosen) => set({ action: chosen })}
        />
        <FilterSelect
          label="Severity"
          all="Any severity"
          options={SEVERITY_OPTIONS}
          value={params.get('severity')}
          onChange={(severity) => set({ severity })}
        />
        <FilterSelect
          label="Time"
          all="Any time"
          options={SINCE_OPTIONS}
          value={params.get('time')}
          onChange={(time) => set({ time })}
        />
        <ExportMenu hrefOf={(format) => paths.auditLogExport(queryString({ format, ...filters }))} />
      </Toolbar>
      <QueryFailure query={list} />
      {list.isPending && <ListSkeleton />}
      {entries?.length === 0 && !isFiltered && (
        <EmptyState icon={<IconHistory size={22} />} title="Nothing yet">
          Every change of settings and access is kept here, with who did it and from where: make a connector or an API
          key, and it appears.
        </EmptyState>
      )}
      {entries?.length === 0 && isFiltered && (
        <EmptyState
          icon={<IconSearchOff size={22} />}
          title="No entry matches"
          action={
            <Button variant="default" onClick={() => set({ search: null, action: null, severity: null, time: null })}>
              Clear filters
            </Button>
          }
        >
          Look for another name, or take a filter away.
        </EmptyState>
      )}
      {entries && entries.length > 0 && <AuditTable list={list} onOpen={setOpenedId} />}
      <AuditDrawer entry={entries?.find(({ id }) => id === openedId)} onClose={() => setOpenedId(undefined)} />
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
