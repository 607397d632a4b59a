'use client';

import { Button, Group, Table } from '@mantine/core';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { NumberField } from '#ui/forms/number-field.tsx';
import { type NumberRule, numberFault, numberOf, type TypedNumber } from '#ui/forms/number-values.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import classes from './limit-table.module.css';

const CALLS_A_MINUTE = { least: 1, most: 10_000 } satisfies NumberRule;

type Key = Outputs['tools']['limits']['items'][number];

/** One row a key. Beyond its limit a call is answered with 429; the same call is refused at the sixth within a minute. */
export function LimitTable({ keys }: { keys: Key[] }) {
  const { mayChange } = useSession();
  return (
    <>
      <p className={classes.rule}>
        A key that exceeds its limit gets a 429 that says when to try again. Whatever the limit, an identical call is
        refused the sixth time within a minute.
      </p>
      <Table aria-label="Limits of keys" layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Key</Table.Th>
            <Table.Th w={{ base: 208, sm: 260 }}>Calls a minute</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td>
                <LongName>{key.name}</LongName> <code className={classes.prefix}>{key.prefix}…</code>
              </Table.Td>
              <Table.Td>{mayChange ? <LimitField apiKey={key} /> : key.calls_per_minute}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

function LimitField({ apiKey: { id, name, calls_per_minute } }: { apiKey: Key }) {
  const [value, setValue] = useState<TypedNumber>(calls_per_minute);
  const cache = api.useUtils();
  const save = api.tools.setLimit.useMutation({
    onSuccess: async (key) => {
      await cache.tools.limits.invalidate();
      toastDone(`${name} may call ${key.calls_per_minute} times a minute.`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const fault = numberFault(value, CALLS_A_MINUTE);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!fault) save.mutate({ id, calls_per_minute: numberOf(value, CALLS_A_MINUTE) });
      }}
    >
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <NumberField
          aria-label={`Calls a minute of ${name}`}
          value={value}
          onChange={setValue}
          rule={CALLS_A_MINUTE}
          error={fault}
          className={classes.field ?? ''}
        />
        <Button
          type="submit"
          variant="default"
          loading={save.isPending}
          disabled={fault !== null || Number(value) === calls_per_minute}
          aria-label={`Save the limit of ${name}`}
        >
          Save
        </Button>
      </Group>
    </form>
  );
}
