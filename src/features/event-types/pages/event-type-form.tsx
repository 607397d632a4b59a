'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { readJsonObject } from '#client/read-json-object.ts';
import { EditConflict, EditOutdated, savedSentence } from '#ui/forms/edit-conflict.tsx';
import { JsonField } from '#ui/forms/json-field.tsx';
import { changedOf, useEditForm } from '#ui/forms/use-edit-form.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { toastDone } from '#ui/page/toast.tsx';
import {
  type EventType,
  type EventTypeValues,
  eventTypeErrors,
  NEW_EVENT_TYPE,
  valuesOf,
} from './event-type-values.ts';

const LABELS = { description: 'Description', subject_pointer: 'Subject', schema: 'JSON Schema', example: 'Example' };

/** Makes an event type of the organization's own, or changes the one that is given. */
export function EventTypeForm({ type }: { type?: EventType }) {
  const router = useRouter();
  const cache = api.useUtils();
  const put = api.eventTypes.put.useMutation();
  const update = api.eventTypes.update.useMutation();
  const isNew = type === undefined;
  const edit = useEditForm<EventTypeValues, EventType>({
    thing: type,
    empty: NEW_EVENT_TYPE,
    valuesOf,
    validate: eventTypeErrors,
    save({ name, description, subject_pointer, schema, example }, change) {
      const given = {
        description,
        subject_pointer: subject_pointer.trim() || null,
        schema: readJsonObject(schema),
        example: readJsonObject(example),
      };
      return change
        ? update.mutateAsync({ name, ...changedOf(given, change), version: change.version })
        : put.mutateAsync({ name: name.trim(), ...given });
    },
    async onSaved({ name }, others) {
      await cache.eventTypes.list.invalidate();
      toastDone(isNew ? 'Event type created.' : savedSentence('Event type saved.', others, LABELS));
      if (isNew) router.push(paths.eventType(name));
    },
    onCurrent: () => void cache.eventTypes.list.invalidate(),
  });
  const { form, message, busy, submit } = edit;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={640}>
        {message && <Notice tone="failure">{message}</Notice>}
        <EditConflict edit={edit} labels={LABELS} />
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
        <TextInput
          label="Subject"
          description="A JSON Pointer to the field of the data that says what an event is about. Events and deliveries can be searched by its value."
          placeholder="/order_id"
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('subject_pointer')}
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
          <EditOutdated edit={edit} />
        </Group>
      </Stack>
    </form>
  );
}
