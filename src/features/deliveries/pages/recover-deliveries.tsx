'use client';

import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { api } from '#client/console-api.ts';
import { SINCE_OPTIONS, sinceOf } from '#ui/lists/since-filter.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { toastDone } from '#ui/page/toast.tsx';

/** Recovers what a webhook did not get: asks for a time, and shows how many deliveries there are before it sends them. */
export function RecoverButton({ id }: { id: string }) {
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return (
    <>
      <Button variant="default" size="xs" leftSection={<IconRefresh size={14} />} onClick={() => setOpened(true)}>
        Recover
      </Button>
      <Modal opened={opened} onClose={close} title="Send again what was not delivered">
        <RecoverForm id={id} onClose={close} />
      </Modal>
    </>
  );
}

const sinceAt = (time: string) => sinceOf(new URLSearchParams({ time }), Date.now()) ?? new Date(0).toISOString();

function RecoverForm({ id, onClose }: { id: string; onClose: () => void }) {
  const cache = api.useUtils();
  const [time, setTime] = useState('24h');
  const count = api.webhooks.recover.useMutation();
  const recover = api.webhooks.recover.useMutation({
    onSuccess: async ({ count: made }) => {
      onClose();
      toastDone(`${made} event${made === 1 ? ' is' : 's are'} sent again.`);
      await cache.deliveries.list.invalidate();
    },
  });
  const { mutate: ask } = count;
  useEffect(() => ask({ id, since: sinceAt(time), dry_run: true }), [ask, id, time]);
  const found = count.data?.count;
  return (
    <Stack gap="md">
      <Text>
        A new delivery is made for each event that failed or was cancelled in this time and that the receiver did not
        get since. The receiver sees the same webhook-id as before.
      </Text>
      <Select
        label="Time"
        data={SINCE_OPTIONS}
        value={time}
        allowDeselect={false}
        onChange={(next) => setTime(next ?? time)}
      />
      <Text role="status" c="dimmed">
        {found === undefined
          ? 'Counting…'
          : found === 0
            ? 'There is nothing to send again.'
            : `${found} to send again.`}
      </Text>
      {(recover.error ?? count.error) && (
        <Notice tone="failure">{failureMessage(recover.error ?? count.error ?? new Error())}</Notice>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={!found}
          loading={recover.isPending}
          onClick={() => recover.mutate({ id, since: sinceAt(time), dry_run: false })}
        >
          Send again
        </Button>
      </Group>
    </Stack>
  );
}
