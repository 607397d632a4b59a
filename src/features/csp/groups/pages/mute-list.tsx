'use client';

import { Button, Table, Text, VisuallyHidden } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { api } from '#client/console-api.ts';
import classes from '#features/csp/noise/pages/noise.module.css';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';

type Mute = Outputs['csp']['mutes']['items'][number];

/** One row per muted group: the reason, who muted it, and a button to unmute it. */
export function MuteList({ mutes }: { mutes: Mute[] }) {
  const { mayChange } = useSession();
  if (mutes.length === 0)
    return <Text c="dimmed">No muted groups. To mute a group that you know about, open it and click Mute.</Text>;
  return (
    <Table aria-label="Muted groups">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Group</Table.Th>
          <Table.Th visibleFrom="sm">Note</Table.Th>
          <Table.Th visibleFrom="sm">Muted</Table.Th>
          {mayChange && (
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {mutes.map(({ group, title, note, by, at }) => (
          <Table.Tr key={group}>
            <Table.Td className={classes.name ?? ''}>
              <IntentLink href={paths.cspGroup(group)} className={classes.link}>
                {title}
              </IntentLink>
              <Text c="dimmed" hiddenFrom="sm">
                {note}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm" className={classes.words ?? ''}>
              {note || <Text c="dimmed">–</Text>}
            </Table.Td>
            <Table.Td visibleFrom="sm" className={classes.short ?? ''}>
              <RelativeTime at={at} />
              <Text c="dimmed" className={classes.person ?? ''}>
                {by.name}
              </Text>
            </Table.Td>
            {mayChange && (
              <Table.Td ta="right">
                <UnmuteGroup id={group} title={title} />
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Unmutes a group in the list. */
function UnmuteGroup({ id, title }: { id: string; title: string }) {
  const cache = api.useUtils();
  const unmute = api.csp.unmuteGroup.useMutation({
    onSuccess: async () => {
      await cache.csp.invalidate();
      toastDone('The group is shown again and can cause alerts.');
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  return (
    <Button
      variant="default"
      size="xs"
      loading={unmute.isPending}
      onClick={() => unmute.mutate({ id })}
      aria-label={`Unmute ${title}`}
    >
      Unmute
    </Button>
  );
}
