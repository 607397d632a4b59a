'use client';

import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import type { Tone } from '#ui/page/state-label.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { bytes } from '#ui/values/bytes.ts';
import { Copyable } from '#ui/values/copyable.tsx';
import { count } from '#ui/values/counted.ts';
import { duration } from '#ui/values/elapsed.ts';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { GapSection } from './gap-section.tsx';
import { MappingForm } from './mapping-form.tsx';
import { MappingSection } from './mapping-section.tsx';

const WATCHING_MS = 3_000;

/** The state of the change stream, what needs attention, and its mappings. */
export function SourceView() {
  const query = api.sources.get.useQuery(undefined, { refetchInterval: WATCHING_MS });
  if (query.isPending) return <ListSkeleton />;
  return (
    <>
      {query.isError && <QueryFailure query={query} />}
      {query.data && (
        <>
          <SourceNotices source={query.data} />
          <Section title="State" description="One worker reads. Another one takes over when it ends.">
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

/** The form of the mapping in the page's query string: `mapping=new`, or the id of the one to change. */
function MappingDrawer() {
  const { mayChange } = useSession();
  const { params, set } = useUrlQuery();
  const { data } = api.sources.mappings.list.useQuery();
  const wanted = params.get('mapping');
  const mapping = data?.items.find(({ id }) => id !== null && id === wanted);
  const close = () => set({ mapping: null });
  if (!mayChange) return null;
  return (
    <Drawer
      opened={wanted === 'new' || mapping !== undefined}
      onClose={close}
      title={mapping ? 'Change mapping' : 'New mapping'}
    >
      <MappingForm mapping={mapping} onDone={close} />
    </Drawer>
  );
}

/** Current and expected problems, and the statements that fix them. */
function SourceNotices({ source }: { source: Source }) {
  const { problem, remedy, warnings, needs_new_slot } = source;
  if (!problem && warnings.length === 0) return null;
  return (
    <Stack gap="sm" mb="lg">
      {problem && (
        <Notice tone="failure" title="Changes make no events">
          <Text>{problem}</Text>
          {needs_new_slot ? <NewSlot source={source} /> : <Remedy statement={remedy} />}
        </Notice>
      )}
      {warnings.map(({ message, remedy: statement }) => (
        <Notice key={message}>
          <Text>{message}</Text>
          <Remedy statement={statement} />
        </Notice>
      ))}
    </Stack>
  );
}

function Remedy({ statement }: { statement: string | null }) {
  if (!statement) return null;
  return (
    <>
      <Text c="dimmed">Run this on the source:</Text>
      <Copyable value={statement} what="statement" />
    </>
  );
}

/** Creates a new slot to replace a lost one. */
function NewSlot({ source }: { source: Source }) {
  const { mayChange } = useSession();
  const cache = api.useUtils();
  const renew = api.sources.renewSlot.useMutation({
    onSuccess: (changed) => {
      cache.sources.get.setData(undefined, changed);
      toastDone('A new slot is being made. What was missed is listed under Gaps.');
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  if (!mayChange) return <Text c="dimmed">An administrator can make a new slot.</Text>;
  return (
    <Button mt="xs" loading={renew.isPending || source.new_slot_asked_at !== null} onClick={() => renew.mutate({})}>
      Make a new slot
    </Button>
  );
}

/** Pauses the stream, or resumes it at the same position. */
function PauseSource({ source }: { source: Source }) {
  const { mayChange } = useSession();
  const cache = api.useUtils();
  const after = (message: string) => ({
    onSuccess: (changed: Source) => {
      cache.sources.get.setData(undefined, changed);
      toastDone(message);
    },
    onError: (error: Parameters<typeof failureMessage>[0]) => toastFailed(failureMessage(error)),
  });
  const pause = api.sources.pause.useMutation(after('The stream is paused. The source keeps its log meanwhile.'));
  const resume = api.sources.resume.useMutation(after('The stream continues where it stopped.'));
  if (!mayChange) return null;
  return (
    <Group>
      {source.paused_at ? (
        <Button leftSection={<IconPlayerPlay size={16} />} loading={resume.isPending} onClick={() => resume.mutate({})}>
          Resume
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} />}
          loading={pause.isPending}
          onClick={() => pause.mutate({})}
        >
          Pause
        </Button>
      )}
    </Group>
  );
}

type Source = Outputs['sources']['get'];

const SOURCE_STATES: Record<Source['state'], { label: string; tone: Tone }> = {
  starting: { label: 'Not reading yet', tone: 'idle' },
  reading: { label: 'Reading', tone: 'success' },
  paused: { label: 'Paused', tone: 'warning' },
  broken: { label: 'Broken', tone: 'failure' },
};
