'use client';

import { Button, Table, Text, VisuallyHidden } from '@mantine/core';
import { modals } from '@mantine/modals';
import { api, type Outputs } from '#client/console-api.ts';
import { useNow } from '#ui/clock.tsx';
import { failureMessage } from '#ui/failure-message.ts';
import { RelativeTime } from '#ui/relative-time.tsx';
import { StateLabel, type Tone } from '#ui/state-label.tsx';
import { toastDone, toastFailed } from '#ui/toast.tsx';
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
export function ApiKeyTable({ keys, mayRevoke }: { keys: ApiKey[]; mayRevoke: boolean }) {
  return (
    <Table aria-label="API keys">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th visibleFrom="sm">Scopes</Table.Th>
          <Table.Th visibleFrom="md">Made by</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th visibleFrom="sm">Last used</Table.Th>
          <Table.Th visibleFrom="sm">Expires</Table.Th>
          {mayRevoke && (
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {keys.map((key) => (
          <ApiKeyRow key={key.id} apiKey={key} mayRevoke={mayRevoke} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ApiKeyRow({ apiKey, mayRevoke }: { apiKey: ApiKey; mayRevoke: boolean }) {
  const state = stateOf(apiKey, useNow());
  const [tone, label] = LABELS[state];
  const { name, prefix, scopes, created_by, last_used_at, expires_at } = apiKey;
  return (
    <Table.Tr>
      <Table.Td>
        <span className={classes.name}>{name}</span>
        <code className={classes.prefix}>{prefix}…</code>
        <Text c="dimmed" hiddenFrom="sm">
          {scopes.join(', ')}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{scopes.join(', ')}</Table.Td>
      <Table.Td visibleFrom="md">{created_by.name}</Table.Td>
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
