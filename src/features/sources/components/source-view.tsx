'use client';

import { Stack } from '@mantine/core';
import type { JSX } from 'react';
import { api } from '#client/console-api.ts';
import { bytes } from '#ui/bytes.ts';
import { count } from '#ui/counted.ts';
import { duration } from '#ui/elapsed.ts';
import { Facts } from '#ui/facts.tsx';
import { QueryFailure } from '#ui/query-failure.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import { Section } from '#ui/section.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { StateLabel } from '#ui/state-label.tsx';
import { GapSection } from './gap-section.tsx';
import { MappingDrawer } from './mapping-drawer.tsx';
import { MappingSection } from './mapping-section.tsx';
import { PauseSource } from './pause-source.tsx';
import { SourceNotices } from './source-notices.tsx';
import { SOURCE_STATES, type Source } from './source-words.ts';

const WATCHING_MS = 3_000;

/** How the change stream stands, what needs attention, and what it makes events of. */
export function SourceView() {
  const query = api.sources.get.useQuery(undefined, { refetchInterval: WATCHING_MS });
  if (query.isPending) return <ListSkeleton />;
  return (
    <>
      {query.isError && <QueryFailure query={query} />}
      {query.data && (
        <>
          <SourceNotices source={query.data} />
          <Section title="State" description="One worker reads; another takes over when it is gone.">
            <Stack gap="lg">
              <SourceFacts source={query.data} />
              <PauseSource source={query.data} />
            </Stack>
          </Section>
        </>
      )}
      <GapSection />
      <MappingSection />
      <MappingDrawer />
    </>
  );
}

function SourceFacts({ source }: { source: Source }) {
  const { label, tone } = SOURCE_STATES[source.state];
  const { lag_bytes, lag_seconds, retained_bytes, last_change_at, last_refusal_at } = source;
  return (
    <Facts
      items={[
        [
          'State',
          <StateLabel key="state" tone={tone}>
            {label}
          </StateLabel>,
        ],
        ['Source', `${source.address}${source.is_own ? ' (the console’s own database)' : ''}`],
        ['Read by', source.reader ?? '–'],
        [
          'Behind by',
          lag_bytes === null
            ? '–'
            : lag_seconds === null
              ? bytes(lag_bytes)
              : `${bytes(lag_bytes)}, ${duration(lag_seconds * 1000)}`,
        ],
        ['Held on its disk', bytes(retained_bytes)],
        ['Last change', last_change_at ? <RelativeTime key="last" at={last_change_at} /> : 'None yet'],
        ['Throughput', `${source.throughput.toFixed(source.throughput < 10 ? 1 : 0)} changes a second`],
        ['Changes read', count(source.changes)],
        ['Events made', count(source.events)],
        ['No valid event', count(source.refused)],
        ...(source.last_refusal && last_refusal_at
          ? ([['The last of these', <RefusedChange key="refused" source={source} at={last_refusal_at} />]] as [
              string,
              JSX.Element,
            ][])
          : []),
      ]}
    />
  );
}

function RefusedChange({ source, at }: { source: Source; at: string }) {
  return (
    <>
      <RelativeTime at={at} />: {source.last_refusal}
    </>
  );
}
