'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRouter } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { JsonField } from '#ui/json-field.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { Notice } from '#ui/notice.tsx';
import { paths } from '#ui/paths.ts';
import { readJsonObject } from '#ui/read-json-object.ts';
import { toastDone } from '#ui/toast.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';
import { type EventTypeValues, eventTypeErrors } from './event-type-values.ts';

type Props = { initial: EventTypeValues; isNew: boolean };

/** Makes an event type of the organization's own, or changes it. */
export function EventTypeForm({ initial, isNew }: Props) {
  const router = useRouter();
  const cache = api.useUtils();
  const put = api.eventTypes.put.useMutation();
  const form = useForm({ initialValues: initial, validate: eventTypeErrors });
  const { message, busy, submit } = useFormSubmit(form, async ({ name, description, schema, example }) => {
    const given = { name: name.trim(), description, schema: readJsonObject(schema), example: readJsonObject(example) };
    await put.mutateAsync(given);
    await cache.eventTypes.list.invalidate();
    toastDone(isNew ? 'The event type is ready to be published.' : 'The event type is changed.');
    if (isNew) router.push(paths.eventType(given.name));
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={640}>
        {message && <Notice tone="failure">{message}</Notice>}
        {isNew && (
          <TextInput
            label="Name"
            description="Two or more parts in small letters, the subject first."
            placeholder="order.paid"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('name')}
          />
        )}
        <TextInput
          label="Description"
          description="For people: when it is published."
          autoComplete="off"
          {...form.getInputProps('description')}
        />
        <JsonField
          label="JSON Schema"
          description="What data must fulfil (draft 2020-12). Leave it empty to take anything."
          value={form.values.schema}
          onChange={(text) => form.setFieldValue('schema', text)}
          error={form.errors.schema}
        />
        <JsonField
          label="Example"
          description="Data that fulfils it, for tests and for publishing by hand."
          value={form.values.example}
          onChange={(text) => form.setFieldValue('example', text)}
          error={form.errors.example}
        />
        <Group gap="sm">
          <Button type="submit" loading={busy}>
            {isNew ? 'Create event type' : 'Save'}
          </Button>
          {isNew && (
            <LinkButton href={paths.eventTypes} variant="default">
              Cancel
            </LinkButton>
          )}
        </Group>
      </Stack>
    </form>
  );
}
