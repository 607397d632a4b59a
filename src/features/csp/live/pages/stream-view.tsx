'use client';

import { Button, Center, Text, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAntenna, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { liveState } from '#client/live-state.ts';
import { knownDirectives } from '#core/csp/report/directives.ts';
import { FilterChips } from '#features/csp/groups/pages/filter-chips.tsx';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { FilterBar, type ListFilter } from '#ui/lists/filter-bar.tsx';
import { NoMatch } from '#ui/lists/no-match.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { LiveLabel, type LiveState } from '#ui/page/live-label.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { count, counted } from '#ui/values/counted.ts';
import { StreamDrawer } from './stream-drawer.tsx';
import { isStreamNarrowed, NO_STREAM_FILTERS, STREAM_KINDS, STREAM_NOISE, streamFilters } from './stream-filters.ts';
import { StreamTable } from './stream-table.tsx';
import classes from './stream-view.module.css';
import type { StreamLine } from './tail-rows.ts';
import { MOST_ROWS } from './tail-rows.ts';
import { useTail } from './use-tail.ts';

/** The live log stream: every line, newest first. */
export function StreamView() {
  const { params } = useUrlQuery();
  const query = useMemo(() => new URLSearchParams(params), [params]);
  const filters = useMemo(() => streamFilters(query), [query]);
  const [isPaused, setPaused] = useState(false);
  const [isReading, setReading] = useState(false);
  const [opened, setOpened] = useState<StreamLine>();
  const isBusy = isReading || opened !== undefined;
  const { page, rows, tail, isOffline, showHeld, loadOlder, isLoadingOlder } = useTail(filters, isPaused || isBusy);
  const shown = rows?.shown ?? [];

  return (
    <>
      <StreamToolbar />
      <StreamLive
        state={liveState({ connection: tail.status, isOffline, isPaused, isReading: isBusy })}
        lines={shown.length}
        isPaused={isPaused}
        onToggle={() => setPaused(!isPaused)}
      />
      {page.isError && <QueryFailure query={page} />}
      {tail.status === 'error' && (
        <Notice
          tone="failure"
          action={
            <Button variant="default" size="xs" onClick={tail.reset}>
              Reconnect
            </Button>
          }
        >
          The stream is interrupted: {tail.error.message}
        </Notice>
      )}
      {page.isPending && <ListSkeleton rows={10} />}
      {rows && shown.length === 0 && rows.held.length === 0 && <StreamEmpty isNarrowed={isStreamNarrowed(query)} />}
      {rows && (shown.length > 0 || rows.held.length > 0) && (
        <StreamTable
          rows={shown}
          settling={page.isPlaceholderData}
          heldLines={rows.heldLines}
          onOpen={setOpened}
          onReading={setReading}
          onShowNew={showHeld}
        >
          <StreamOlder
            hasOlder={rows.hasOlder}
            isFull={rows.olderCursor === null}
            loading={isLoadingOlder}
            onLoad={() => void loadOlder()}
          />
        </StreamTable>
      )}
      <StreamDrawer line={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

type Props = {
  hasOlder: boolean;
  /** Whether the page shows as many lines as it can. */
  isFull: boolean;
  loading: boolean;
  onLoad: () => void;
};

/** Loads older lines, below the oldest one that is shown. */
function StreamOlder({ hasOlder, isFull, loading, onLoad }: Props) {
  return (
    <Center py="lg" px="md" mih={76}>
      {hasOlder && !isFull ? (
        <Button variant="default" loading={loading} onClick={onLoad}>
          Load older lines
        </Button>
      ) : (
        <Text c="dimmed" ta="center">
          {hasOlder
            ? `This page shows at most ${count(MOST_ROWS)} lines. Use filters to see older ones.`
            : 'The log has no older lines that match.'}
        </Text>
      )}
    </Center>
  );
}

type StreamLiveProps = { state: LiveState; lines: number; isPaused: boolean; onToggle: () => void };

/** Whether the stream is live, with a button to pause and resume it; `p` does the same. */
function StreamLive({ state, lines, isPaused, onToggle }: StreamLiveProps) {
  useHotkeys([['p', onToggle]]);
  return (
    <div className={classes.root}>
      <div className={classes.words}>
        <LiveLabel state={state} />
        <span className={classes.count}>{counted(lines, 'line')}</span>
      </div>
      <Tooltip
        withinPortal={false}
        label={isPaused ? 'Show new lines as they arrive (P)' : 'Stop showing new lines (P)'}
      >
        <Button
          variant="default"
          className={classes.button ?? ''}
          aria-keyshortcuts="p"
          leftSection={isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          onClick={onToggle}
        >
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
      </Tooltip>
    </div>
  );
}

/** Shown when there are no lines, or none that match the filters. */
function StreamEmpty({ isNarrowed }: { isNarrowed: boolean }) {
  const { set } = useUrlQuery();
  if (isNarrowed) {
    return (
      <NoMatch title="No lines match" onClear={() => set(NO_STREAM_FILTERS)}>
        New lines that match appear here as they arrive.
      </NoMatch>
    );
  }
  return (
    <EmptyState
      icon={<IconAntenna size={22} />}
      title="Listening for the first report"
      action={<LinkButton href={paths.cspSetUp}>Set up and test</LinkButton>}
    >
      Every report from a browser appears here immediately as a line of the log stream. The set-up page has the headers
      that turn reporting on, and a self-test that sends the first reports.
    </EmptyState>
  );
}

const FILTERS: ListFilter[] = [
  { param: 'kind', label: 'Kind', all: 'All lines', options: STREAM_KINDS },
  {
    param: 'directive',
    label: 'Directive',
    all: 'Any directive',
    options: knownDirectives.map((name) => ({ value: name, label: name })),
    takesOthers: true,
  },
  { param: 'noise', label: 'Noise', all: 'Include noise', options: STREAM_NOISE },
];

/** The filters of the stream. They are kept in the URL. */
const StreamToolbar = () => (
  <>
    <FilterBar search="Search the stream" searchParam="q" filters={FILTERS} />
    <FilterChips />
  </>
);
