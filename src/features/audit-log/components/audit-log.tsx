'use client';

import { Button } from '@mantine/core';
import { IconHistory, IconSearchOff } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useNow } from '#ui/clock.tsx';
import { EmptyState } from '#ui/empty-state.tsx';
import { ExportMenu } from '#ui/export-menu.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { SearchInput } from '#ui/search-input.tsx';
import { queryString, SINCE_OPTIONS } from '#ui/since-filter.ts';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { Toolbar } from '#ui/toolbar.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { AuditDrawer } from './audit-drawer.tsx';
import { ACTION_OPTIONS, auditFilters, SEVERITY_OPTIONS } from './audit-filters.ts';
import { AuditIntegrity } from './audit-integrity.tsx';
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
