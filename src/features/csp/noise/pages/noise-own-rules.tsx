'use client';

import { Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { modals } from '@mantine/modals';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './noise.module.css';
import { NoiseHits, NoiseParts } from './noise-parts.tsx';
import type { NoiseRule } from './noise-rule-values.ts';

type Props = { rules: readonly NoiseRule[]; hits: ReadonlyMap<string, number> | undefined };

/** One row per custom rule. */
export function NoiseOwnRules({ rules, hits }: Props) {
  const { mayChange } = useSession();
  if (rules.length === 0)
    return (
      <Text c="dimmed">
        No rules yet. Create one to hide reports that you know about but can’t fix, such as the tags of a site that is
        about to be shut down.
      </Text>
    );
  return (
    <Table aria-label="Your own rules" className={classes.table ?? ''}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Rule</Table.Th>
          <Table.Th visibleFrom="sm">Created</Table.Th>
          <Table.Th ta="right">Reports in 7 days</Table.Th>
          {mayChange && (
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rules.map((rule) => (
          <Table.Tr key={rule.id}>
            <Table.Td className={classes.name ?? ''}>
              <strong>{rule.name}</strong>
              <Text>{rule.reason}</Text>
              <NoiseParts rule={rule} />
            </Table.Td>
            <Table.Td visibleFrom="sm" className={classes.short ?? ''}>
              {rule.created_at && <RelativeTime at={rule.created_at} />}
              <Text c="dimmed" className={classes.person ?? ''}>
                {rule.created_by?.name}
              </Text>
            </Table.Td>
            <Table.Td ta="right">
              <NoiseHits hits={hits} id={rule.id} />
            </Table.Td>
            {mayChange && (
              <Table.Td>
                <RuleActions rule={rule} />
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function RuleActions({ rule: { id, name } }: { rule: NoiseRule }) {
  const { set } = useUrlQuery();
  const cache = api.useUtils();
  const remove = api.csp.noiseRules.delete.useMutation({
    onSuccess: async () => {
      await cache.csp.invalidate();
      toastDone(`${name} is deleted. The reports it hid are shown again.`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const ask = () =>
    modals.openConfirmModal({
      title: `Delete ${name}?`,
      children: 'Reports that only this rule matches are shown again, including earlier ones.',
      labels: { confirm: 'Delete rule', cancel: 'Cancel' },
      confirmProps: { color: 'red' },
      onConfirm: () => remove.mutate({ id }),
    });
  return (
    <Group gap="xs" justify="flex-end">
      <Button variant="default" size="xs" onClick={() => set({ rule: id })} aria-label={`Edit ${name}`}>
        Edit
      </Button>
      <Button variant="default" size="xs" onClick={ask} loading={remove.isPending} aria-label={`Delete ${name}`}>
        Delete
      </Button>
    </Group>
  );
}
