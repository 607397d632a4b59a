'use client';

import { Button, Table, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { api, type Outputs } from '#client/console-api.ts';
import { useNow } from '#ui/clock.tsx';
import { failureMessage } from '#ui/failure-message.ts';
import { RelativeTime } from '#ui/relative-time.tsx';
import { StateLabel, type Tone } from '#ui/state-label.tsx';
import { toastDone, toastFailed } from '#ui/toast.tsx';
import classes from './api-key-table.module.css';

type ApiKey = Outputs['apiKeys']['list']['items'][number];
type State = 'active' | 'expired' | 'revoked';

const LABELS = {
  active: ['success', 'Active'],
  expired: ['idle', 'Expired'],
  revoked: ['idle', 'Revoked'],
} satisfies Record<State, [Tone, string]>;

function stateOf({ revoked_at, expires_at }: ApiKey, now: number): State {
  if (revoked_at) return 'revoked';
  return expires_at && Date.parse(expires_at) <= now ? 'expired' : 'active';
}

/** One row a key: what it may do, when it was used, and its revocation. */
export function ApiKeyTable({ keys, mayRevoke }: { keys: ApiKey[]; mayRevoke: boolean }) {
  const now = useNow();
  return (
    <Table.ScrollContainer minWidth={680} type="native">
      <Table aria-label="API keys">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Scopes</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th>Expires</Table.Th>
            {mayRevoke && <Table.Th aria-label="Actions" />}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => {
            const state = stateOf(key, now);
            const [tone, label] = LABELS[state];
            return (
              <Table.Tr key={key.id}>
                <Table.Td>
                  <span className={classes.name}>{key.name}</span>
                  <code className={classes.prefix}>{key.prefix}…</code>
                </Table.Td>
                <Table.Td>{key.scopes.join(', ')}</Table.Td>
                <Table.Td>
                  <StateLabel tone={tone}>{label}</StateLabel>
                </Table.Td>
                <Table.Td>
                  {key.last_used_at ? <RelativeTime at={key.last_used_at} /> : <Text c="dimmed">Never</Text>}
                </Table.Td>
                <Table.Td>
                  {key.expires_at ? <RelativeTime at={key.expires_at} /> : <Text c="dimmed">Never</Text>}
                </Table.Td>
                {mayRevoke && <Table.Td ta="right">{state === 'active' && <RevokeButton apiKey={key} />}</Table.Td>}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function RevokeButton({ apiKey: { id, name } }: { apiKey: ApiKey }) {
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
      children: 'Whatever uses this key is refused from now on. This cannot be undone.',
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
