'use client';

import { Button, Table, Text, VisuallyHidden } from '@mantine/core';
import { modals } from '@mantine/modals';
import { api, type Outputs } from '#client/console-api.ts';
import { type ListRows, ListTable, type RowPlace } from '#ui/lists/list-table.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { StateLabel, type Tone } from '#ui/page/state-label.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './api-key-table.module.css';

type ApiKey = Outputs['apiKeys']['list']['items'][number];
type State = 'active' | 'maker_left' | 'expires_soon' | 'expired' | 'revoked';

const LABELS = {
  active: ['success', 'Active'],
  maker_left: ['warning', 'Its maker has left'],
  expires_soon: ['warning', 'Expires soon'],
  expired: ['idle', 'Expired'],
  revoked: ['idle', 'Revoked'],
} satisfies Record<State, [Tone, string]>;

const SOON_MS = 14 * 24 * 60 * 60 * 1000;
const ENDED: readonly State[] = ['expired', 'revoked'];

function stateOf({ revoked_at, expires_at, maker_left }: ApiKey, now: number): State {
  const leftMs = expires_at ? Date.parse(expires_at) - now : Number.POSITIVE_INFINITY;
  if (revoked_at) return 'revoked';
  if (leftMs <= 0) return 'expired';
  if (maker_left) return 'maker_left';
  return leftMs < SOON_MS ? 'expires_soon' : 'active';
}

/** One row a key: what it may do, when it was used, and its revocation. */
export function ApiKeyTable({ list, mayRevoke }: { list: ListRows<ApiKey>; mayRevoke: boolean }) {
  return (
    <ListTable
      label="API keys"
      list={list}
      rowHeight={66}
      head={
        <>
          <Table.Th>Name</Table.Th>
          <Table.Th visibleFrom="sm" w="16%">
            Scopes
          </Table.Th>
          <Table.Th visibleFrom="md" w="16%">
            Made by
          </Table.Th>
          <Table.Th w={{ base: 124, sm: 156 }}>State</Table.Th>
          <Table.Th visibleFrom="sm" w={116}>
            Last used
          </Table.Th>
          <Table.Th visibleFrom="sm" w={112}>
            Expires
          </Table.Th>
          {mayRevoke && (
            <Table.Th w={84}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          )}
        </>
      }
    >
      {(key, place) => <ApiKeyRow key={key.id} apiKey={key} mayRevoke={mayRevoke} place={place} />}
    </ListTable>
  );
}

function ApiKeyRow({ apiKey, mayRevoke, place }: { apiKey: ApiKey; mayRevoke: boolean; place: RowPlace }) {
  const state = stateOf(apiKey, useNow());
  const [tone, label] = LABELS[state];
  const { name, prefix, scopes, created_by, last_used_at, expires_at } = apiKey;
  return (
    <Table.Tr {...place}>
      <Table.Td>
        <span className={classes.name}>
          <LongName>{name}</LongName>
        </span>
        <code className={classes.prefix}>{prefix}…</code>
        <Text c="dimmed" hiddenFrom="sm">
          {scopes.join(', ')}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{scopes.join(', ')}</Table.Td>
      <Table.Td visibleFrom="md">
        <LongName>{created_by.name}</LongName>
      </Table.Td>
      <Table.Td>
        <StateLabel tone={tone}>{label}</StateLabel>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {last_used_at ? <RelativeTime at={last_used_at} /> : <Text c="dimmed">Never</Text>}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {expires_at ? <RelativeTime at={expires_at} /> : <Text c="dimmed">Never</Text>}
      </Table.Td>
      {mayRevoke && <Table.Td ta="right">{!ENDED.includes(state) && <RevokeButton apiKey={apiKey} />}</Table.Td>}
    </Table.Tr>
  );
}

function RevokeButton({ apiKey: { id, name, prefix } }: { apiKey: ApiKey }) {
  const cache = api.useUtils();
  const revoke = api.apiKeys.revoke.useMutation({
    onSuccess: async () => {
      await cache.apiKeys.list.invalidate();
      toastDone(`${name} is revoked.`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const ask = () =>
    modals.openConfirmModal({
      title: `Revoke ${name}?`,
      children: `Whatever uses the key ${prefix}… is refused from now on. This cannot be undone.`,
      labels: { confirm: 'Revoke key', cancel: 'Cancel' },
      confirmProps: { color: 'red' },
      onConfirm: () => revoke.mutate({ id }),
    });
  return (
    <Button variant="default" size="xs" onClick={ask} loading={revoke.isPending} aria-label={`Revoke ${name}`}>
      Revoke
    </Button>
  );
}
