'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRouter } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { toastDone } from '#ui/page/toast.tsx';
import { configErrors, emptyValues, readValues } from './field-values.ts';
import { TypedField } from './typed-field.tsx';
import type { ConnectorTypeInfo } from './use-connector-types.ts';

/** Makes a connector of a type and goes to its page. */
export function NewConnectorForm({ type }: { type: ConnectorTypeInfo }) {
  const router = useRouter();
  const cache = api.useUtils();
  const create = api.connectors.create.useMutation();
  const form = useForm({
    initialValues: { name: '', config: emptyValues(type.fields) },
    validate: ({ name, config }) => ({
      ...(name.trim() ? {} : { name: 'Name is required.' }),
      ...configErrors(readValues(type.fields, config).errors),
    }),
  });
  const { message, busy, submit } = useFormSubmit(form, async ({ name, config }) => {
    const connector = await create.mutateAsync({
      name,
      type: type.type,
      config: readValues(type.fields, config).values,
    });
    cache.connectors.get.setData({ id: connector.id }, connector);
    await cache.connectors.list.invalidate();
    toastDone(`${connector.name} is ready. Send it a test.`);
    router.push(paths.connector(connector.id));
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={560}>
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput
          label="Name"
          description="How people, programs and agents call it. Unique in the organization."
          placeholder="Sales alerts"
          required
          withAsterisk={false}
          data-autofocus
          autoFocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        {type.fields.map((field) => (
          <TypedField key={field.name} field={field} input={form.getInputProps(`config.${field.name}`)} />
        ))}
        <Group gap="sm" mt="xs">
          <Button type="submit" loading={busy}>
            Create connector
          </Button>
          <LinkButton href={paths.connectors} variant="default">
            Cancel
          </LinkButton>
        </Group>
      </Stack>
    </form>
  );
}
