'use client';

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { modals } from '@mantine/modals';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { Section } from '#ui/page/section.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { count } from '#ui/values/counted.ts';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { FillGapForm } from './fill-gap-form.tsx';

const WATCHING_MS = 3_000;

export type Gap = Outputs['sources']['gaps']['list']['items'][number];

const CAUSES: Record<Gap['cause'], string> = {
  slot_lost: 'Slot lost',
  not_published: 'Not published',
  replaced: 'Table replaced',
  refused: 'Changes refused',
};

/** The open gaps, until somebody fills or closes them. */
export function GapSection() {
  const query = api.sources.gaps.list.useQuery({ state: 'open', limit: 50 }, { refetchInterval: WATCHING_MS });
  const gaps = query.data?.items ?? [];
  if (gaps.length === 0) return null;
  return (
    <Section
      title="Gaps"
      description="Changes that made no events. Fill a gap from the rows of its table, or close it when nothing is missing."
    >
      <Stack gap="md">
        {gaps.map((gap) => (
          <OpenGap key={gap.id} gap={gap} />
        ))}
      </Stack>
    </Section>
  );
}

function OpenGap({ gap }: { gap: Gap }) {
  const { mayChange } = useSession();
  const isFilling = gap.fill_state === 'asked' || gap.fill_state === 'running';
  return (
    <Notice title={`${gap.table}: ${CAUSES[gap.cause].toLowerCase()}`}>
      <Stack gap="xs">
        <Text>
          {gap.from_at ? (
            <>
              From <RelativeTime at={gap.from_at} />
            </>
          ) : (
            'From the beginning'
          )}{' '}
          {gap.until_at ? (
            <>
              to <RelativeTime at={gap.until_at} />
            </>
          ) : (
            'until now: the gap is still growing'
          )}
          {gap.changes > 0 && `, ${count(gap.changes)} ${gap.changes === 1 ? 'change' : 'changes'}`}
        </Text>
        <Text c="dimmed">{gap.detail}</Text>
        {isFilling && (
          <Text>
            Filling: {count(gap.looked_at)} rows read, {count(gap.filled)} events made.
          </Text>
        )}
        {gap.fill_error && <Text>Filling failed: {gap.fill_error}</Text>}
        {mayChange && <GapActions gap={gap} isFilling={isFilling} />}
      </Stack>
    </Notice>
  );
}

function GapActions({ gap, isFilling }: { gap: Gap; isFilling: boolean }) {
  const cache = api.useUtils();
  const close = api.sources.gaps.close.useMutation({
    onSuccess: async () => {
      await cache.sources.gaps.invalidate();
      toastDone(`The gap of ${gap.table} is closed.`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const [isOpen, form] = useDisclosure(false);
  const ask = () =>
    modals.openConfirmModal({
      title: `Close the gap of ${gap.table}?`,
      children: 'Changes that are missing stay missing. The gap leaves this page.',
      labels: { confirm: 'Close gap', cancel: 'Cancel' },
      confirmProps: { color: 'red' },
      onConfirm: () => close.mutate({ id: gap.id }),
    });
  return (
    <Group gap="xs">
      <Modal opened={isOpen} onClose={form.close} title={`Fill the gap of ${gap.table}`} size="lg">
        <FillGapForm id={gap.id} table={gap.table} onDone={form.close} />
      </Modal>
      {gap.until_at && !isFilling && (
        <Button variant="default" size="xs" onClick={form.open} aria-label={`Fill gap of ${gap.table}`}>
          Fill gap
        </Button>
      )}
      <Button
        variant="default"
        size="xs"
        onClick={ask}
        loading={close.isPending}
        aria-label={`Close gap of ${gap.table}`}
      >
        Close gap
      </Button>
    </Group>
  );
}
