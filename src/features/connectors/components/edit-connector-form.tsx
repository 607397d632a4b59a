'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRouter } from 'next/navigation';
import { api, type Outputs } from '#client/console-api.ts';
import { Notice } from '#ui/notice.tsx';
import { toastDone } from '#ui/toast.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';
import { configErrors, readValues, shownValues } from './field-values.ts';
import { TypedField } from './typed-field.tsx';
import type { ConnectorTypeInfo } from './use-connector-types.ts';

type Props = { connector: Outputs['connectors']['get']; type: ConnectorTypeInfo; onDone: () => void };

/** Changes a connector's name and config; a secret that is left empty stays as it is. */
export function EditConnectorForm({ connector, type: { fields }, onDone }: Props) {
  const router = useRouter();
  const cache = api.useUtils();
  const update = api.connectors.update.useMutation();
  const form = useForm({
    initialValues: { name: connector.name, config: shownValues(fields, connector.config), removed: noneRemoved },
    validate: ({ name, config, removed }) => ({
      ...(name.trim() ? {} : { name: 'Name is required.' }),
      ...configErrors(readValues(fields, config, 'keep secrets', removed).errors),
    }),
  });
  const { message, busy, submit } = useFormSubmit(form, async ({ name, config, removed }) => {
    const changed = await update.mutateAsync({
      id: connector.id,
      name,
      config: readValues(fields, config, 'keep secrets', removed).values,
    });
    cache.connectors.get.setData({ id: connector.id }, changed);
    void cache.connectors.list.invalidate();
    router.refresh(); // the server makes the page's title
    toastDone(
      changed.dropped_secrets.length > 0
        ? `${changed.name} saved. Removed because the host changed: ${changed.dropped_secrets.join(', ')}.`
        : `${changed.name} saved.`,
    );
    onDone();
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={560}>
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput
          label="Name"
          required
          withAsterisk={false}
          autoFocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        {fields.map((field) => (
          <TypedField
            key={field.name}
            field={field}
            kept={field.secret ? maskOf(connector.config[field.name]) : undefined}
            input={form.getInputProps(`config.${field.name}`)}
            removal={form.getInputProps(`removed.${field.name}`, { type: 'checkbox' })}
          />
        ))}
        <Group gap="sm">
          <Button type="submit" loading={busy}>
            Save
          </Button>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const noneRemoved: Record<string, boolean> = {};

const maskOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
