'use client';

import { Button, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { api, type Outputs } from '#client/console-api.ts';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
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
  maker_left: ['warning', 'Creator has left'],
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

const USED: Column<ApiKey>[] = [
  {
    title: 'Last used',
    from: 'sm',
    width: 116,
    render: ({ last_used_at }) => (last_used_at ? <RelativeTime at={last_used_at} /> : <Text c="dimmed">Never</Text>),
  },
  {
    title: 'Expires',
    from: 'sm',
    width: 112,
    render: ({ expires_at }) => (expires_at ? <RelativeTime at={expires_at} /> : <Text c="dimmed">Never</Text>),
  },
];

const NAMED: Column<ApiKey>[] = [
  {
    title: 'Name',
    render: ({ name, prefix, scopes }) => (
      <>
        <span className={classes.name}>
          <LongName>{name}</LongName>
        </span>
        <code className={classes.prefix}>{prefix}…</code>
        <Text c="dimmed" hiddenFrom="sm">
          {scopes.join(', ')}
        </Text>
      </>
    ),
  },
  { title: 'Scopes', from: 'sm', width: '16%', render: ({ scopes }) => scopes.join(', ') },
  { title: 'Made by', from: 'md', width: '16%', render: ({ created_by }) => <LongName>{created_by.name}</LongName> },
];

/** One row per key: its scopes, when it was last used, and the button that revokes it. */
export function ApiKeyTable({ list, mayRevoke }: { list: ListRows<ApiKey>; mayRevoke: boolean }) {
  const now = useNow();
  const state: Column<ApiKey> = {
    title: 'State',
    width: { base: 124, sm: 156 },
    render: (apiKey) => {
      const [tone, label] = LABELS[stateOf(apiKey, now)];
      return <StateLabel tone={tone}>{label}</StateLabel>;
    },
  };
  const revocation: Column<ApiKey> = {
    title: 'Actions',
    isTitleHidden: true,
    width: 84,
    align: 'right',
    render: (apiKey) => !ENDED.includes(stateOf(apiKey, now)) && <RevokeButton apiKey={apiKey} />,
  };
  const columns = [...NAMED, state, ...USED, ...(mayRevoke ? [revocation] : [])];
  return <ListTable label="API keys" list={list} columns={columns} rowHeight={66} />;
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
