'use client';

import { Button, Group, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconPlus } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { DottedName } from '#ui/values/dotted-name.tsx';
import classes from './mapping.module.css';
import { conditionWords, type Mapping, operationWords } from './mapping-values.ts';

/** The mappings. */
export function MappingSection() {
  const { mayChange } = useSession();
  const { set } = useUrlQuery();
  const query = api.sources.mappings.list.useQuery();
  return (
    <Section
      title="Mappings"
      description="Which change becomes which event. Those of pipeline runs and the audit log are built in."
    >
      <Stack gap="md">
        {mayChange && (
          <Group>
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => set({ mapping: 'new' })}>
              New mapping
            </Button>
          </Group>
        )}
        {query.isError && <QueryFailure query={query} />}
        {query.isPending && <ListSkeleton />}
        {query.data && <MappingTable mappings={query.data.items} mayChange={mayChange} />}
      </Stack>
    </Section>
  );
}

function MappingTable({ mappings, mayChange }: { mappings: Mapping[]; mayChange: boolean }) {
  // Built-in mappings have no actions.
  const hasActions = mayChange && mappings.some(({ id }) => id);
  return (
    <Table aria-label="Mappings">
      <Table.Thead>
        <Table.Tr>
          <Table.Th visibleFrom="sm">Event</Table.Th>
          <Table.Th>When</Table.Th>
          {hasActions && (
            <Table.Th w={{ base: 110, sm: 250 }}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {mappings.map((mapping) => (
          <Table.Tr key={mapping.id ?? mapping.event_type}>
            <Table.Td visibleFrom="sm">
              <span className={classes.event}>
                <DottedName name={mapping.event_type} />
              </span>
              {!mapping.enabled && <Text c="dimmed">Switched off</Text>}
            </Table.Td>
            <Table.Td className={classes.when ?? ''}>
              <Text className={classes.event ?? ''} hiddenFrom="sm">
                <DottedName name={mapping.event_type} />
                {!mapping.enabled && ', switched off'}
              </Text>
              <Text>
                {operationWords(mapping)} of {mapping.table}
              </Text>
              <Text c="dimmed">{conditionWords(mapping)}</Text>
            </Table.Td>
            {hasActions && <Table.Td>{mapping.id && <MappingActions mapping={mapping} id={mapping.id} />}</Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function MappingActions({ mapping, id }: { mapping: Mapping; id: string }) {
  const { set } = useUrlQuery();
  const cache = api.useUtils();
  const name = `${mapping.table} to ${mapping.event_type}`;
  const onError = (error: Parameters<typeof failureMessage>[0]) => toastFailed(failureMessage(error));
  const remove = api.sources.mappings.delete.useMutation({
    onSuccess: async () => {
      await cache.sources.mappings.invalidate();
      toastDone(`The mapping of ${name} is deleted.`);
    },
    onError,
  });
  const update = api.sources.mappings.update.useMutation({
    onSuccess: async ({ enabled }) => {
      await cache.sources.mappings.invalidate();
      toastDone(`The mapping of ${name} is switched ${enabled ? 'on' : 'off'}.`);
    },
    onError,
  });
  const ask = () =>
    modals.openConfirmModal({
      title: `Delete the mapping of ${name}?`,
      children: 'Changes of the table make no such events any more. Events that were made stay.',
      labels: { confirm: 'Delete mapping', cancel: 'Cancel' },
      confirmProps: { color: 'red' },
      onConfirm: () => remove.mutate({ id }),
    });
  return (
    <Group gap="xs" justify="flex-end">
      <Button
        variant="default"
        size="xs"
        loading={update.isPending}
        onClick={() => update.mutate({ id, enabled: !mapping.enabled })}
        aria-label={`Switch ${mapping.enabled ? 'off' : 'on'} ${name}`}
      >
        {mapping.enabled ? 'Switch off' : 'Switch on'}
      </Button>
      <Button variant="default" size="xs" onClick={() => set({ mapping: id })} aria-label={`Edit ${name}`}>
        Edit
      </Button>
      <Button variant="default" size="xs" onClick={ask} loading={remove.isPending} aria-label={`Delete ${name}`}>
        Delete
      </Button>
    </Group>
  );
}
