'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { api, type Outputs } from '#client/console-api.ts';
import { EditConflict, EditOutdated, savedSentence } from '#ui/forms/edit-conflict.tsx';
import { useEditForm } from '#ui/forms/use-edit-form.ts';
import { Notice } from '#ui/page/notice.tsx';
import { toastDone } from '#ui/page/toast.tsx';
import { configErrors, readValues, shownValues, type Typed } from './field-values.ts';
import { TypedField } from './typed-field.tsx';
import type { ConnectorTypeInfo } from './use-connector-types.ts';

type Connector = Outputs['connectors']['get'];
type Props = { connector: Connector; type: ConnectorTypeInfo; onDone: () => void };

type Values = { name: string; config: Typed; removed: Record<string, boolean> };

/** Changes a connector's name and config; a secret that is left empty stays as it is. */
export function EditConnectorForm({ connector, type: { fields }, onDone }: Props) {
  const router = useRouter();
  const cache = api.useUtils();
  const update = api.connectors.update.useMutation();
  const labels = {
    name: 'Name',
    ...Object.fromEntries(fields.map(({ name, label }) => [`config.${name}`, label])),
  };
  const secrets = fields.filter(({ secret }) => secret).map(({ name }) => name);
  const show = (current: Connector) => cache.connectors.get.setData({ id: connector.id }, current);
  const edit = useEditForm<Values, Connector & { dropped_secrets?: string[] }>({
    thing: connector,
    valuesOf: ({ name, config }) => ({
      name,
      config: shownValues(fields, config),
      removed: Object.fromEntries(secrets.map((secret) => [secret, false])),
    }),
    validate: ({ name, config, removed }) => ({
      ...(name.trim() ? {} : { name: 'Name is required.' }),
      ...configErrors(readValues(fields, config, 'keep secrets', removed).errors),
    }),
    save({ name, config, removed }, change) {
      const changed = change?.changed ?? [];
      const given = readValues(fields, config, 'keep secrets', removed).values;
      const changedConfig = Object.entries(given).filter(([field]) =>
        changed.some((one) => one === `config.${field}` || one === `removed.${field}`),
      );
      return update.mutateAsync({
        id: connector.id,
        ...(changed.includes('name') && { name }),
        ...(changedConfig.length > 0 && { config: Object.fromEntries(changedConfig) }),
        ...(change && { version: change.version }),
      });
    },
    onSaved(changed, others) {
      show(changed);
      void cache.connectors.list.invalidate();
      router.refresh(); // the server makes the page's title
      const dropped = changed.dropped_secrets ?? [];
      const saved =
        dropped.length > 0
          ? `${changed.name} saved. Removed because the host changed: ${dropped.join(', ')}.`
          : `${changed.name} saved.`;
      toastDone(savedSentence(saved, others, labels));
      onDone();
    },
    onCurrent: show,
    partnersOf: (name) => [name.replace(/^config\./, 'removed.')].filter((one) => one !== name && isSecret(one)),
  });
  const isSecret = (name: string) => secrets.includes(name.replace(/^\w+\./, ''));
  const { form, message, busy, submit } = edit;
  // Secrets are not shown. A value in the form is a new secret, or means that the old one is removed.
  const shown = (name: string, value: unknown, whose: 'mine' | 'theirs') => {
    if (!isSecret(name)) return undefined;
    const field = name.replace(/^config\./, '');
    if (whose === 'theirs') return `Changed: ${maskOf(connector.config[field]) ?? '(empty)'}`;
    return value ? 'The value that you entered' : 'Removed';
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={560}>
        {message && <Notice tone="failure">{message}</Notice>}
        <EditConflict edit={edit} labels={labels} show={shown} />
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
          <EditOutdated edit={edit} />
        </Group>
      </Stack>
    </form>
  );
}

const maskOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
