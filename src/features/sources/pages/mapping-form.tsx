'use client';

import { Autocomplete, Button, Checkbox, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { api, type Outputs } from '#client/console-api.ts';
import { EditConflict, EditOutdated, savedSentence } from '#ui/forms/edit-conflict.tsx';
import { changedOf, useEditForm } from '#ui/forms/use-edit-form.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { toastDone } from '#ui/page/toast.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { counted } from '#ui/values/counted.ts';
import { MappingConditions } from './mapping-conditions.tsx';
import {
  EMPTY_MAPPING,
  type Mapping,
  type MappingValues,
  mappingInput,
  mappingValues,
  OPERATION_OPTIONS,
} from './mapping-values.ts';

type Props = { mapping: Mapping | undefined; onDone: () => void };

const LABELS = {
  table: 'Table',
  operations: 'Changes',
  conditions: 'Conditions',
  event_type: 'Event type',
  fields: 'Data',
  organization_column: 'Organization',
};

/** Creates or changes a mapping, with a preview of the events that it would have created. */
export function MappingForm({ mapping, onDone }: Props) {
  const cache = api.useUtils();
  const tables = api.sources.tables.useQuery();
  const eventTypes = api.eventTypes.list.useQuery();
  const create = api.sources.mappings.create.useMutation();
  const update = api.sources.mappings.update.useMutation();
  const id = mapping?.id;
  const edit = useEditForm<MappingValues, Mapping>({
    thing: mapping,
    empty: EMPTY_MAPPING,
    valuesOf: mappingValues,
    validate: {
      table: (table) => (table ? null : 'Choose a table.'),
      operations: (operations) => (operations.length > 0 ? null : 'Choose at least one.'),
      event_type: (eventType) => (eventType.trim() ? null : 'Enter an event type.'),
    },
    save(values, change) {
      const input = mappingInput(values);
      return id && change
        ? update.mutateAsync({ id, ...changedOf(input, change), version: change.version })
        : create.mutateAsync(input);
    },
    async onSaved({ table, event_type }, others) {
      await cache.sources.mappings.invalidate();
      toastDone(savedSentence(`Changes of ${table} become ${event_type} from now on.`, others, LABELS));
      onDone();
    },
    onCurrent: () => void cache.sources.mappings.invalidate(),
  });
  const { form, message, busy, submit } = edit;
  const items = tables.data?.items ?? [];
  const columns = items.find(({ name }) => name === form.values.table)?.columns ?? [];
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        {message && <Notice tone="failure">{message}</Notice>}
        <EditConflict edit={edit} labels={LABELS} />
        {tables.error && <Notice tone="failure">{tables.error.message}</Notice>}
        {tables.data && items.length === 0 && (
          <Notice>
            The source has no further tables. The console’s own are not for reading; tables of the platform belong into
            a schema of their own, or SOURCE_DATABASE_URL names their database.
          </Notice>
        )}
        <Select
          label="Table"
          placeholder={tables.isPending ? 'Loading…' : 'Choose a table'}
          data={[...new Set([...(form.values.table ? [form.values.table] : []), ...items.map(({ name }) => name)])]}
          searchable
          data-autofocus
          {...form.getInputProps('table')}
        />
        <Checkbox.Group label="Changes" {...form.getInputProps('operations')}>
          <Group gap="lg" mt="xs">
            {OPERATION_OPTIONS.map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </Group>
        </Checkbox.Group>
        <MappingConditions form={form} columns={columns} />
        <Autocomplete
          label="Event type"
          description="One of the catalogue, or of your own."
          placeholder="order.paid"
          data={eventTypes.data?.items.map(({ name }) => name) ?? []}
          {...form.getInputProps('event_type')}
        />
        <Textarea
          label="Data"
          description="Member = column, one a line; dots for what is nested. All columns when empty."
          placeholder="order_id = id"
          autosize
          minRows={2}
          maxRows={10}
          spellCheck={false}
          {...form.getInputProps('fields')}
        />
        <Select
          label="Organization"
          description="The column with the id of the organization whose event it is."
          data={[
            { value: '', label: 'Always this organization' },
            ...columns.map((name) => ({ value: name, label: name })),
          ]}
          allowDeselect={false}
          {...form.getInputProps('organization_column')}
        />
        <MappingPreview values={form.values} />
        <Group gap="sm">
          <Button type="submit" loading={busy}>
            {id ? 'Save mapping' : 'Create mapping'}
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

const SHOWN = 3;

type Preview = Outputs['sources']['mappings']['preview'];

/** The events that the mapping would have created from the table's last changes. */
function MappingPreview({ values }: { values: MappingValues }) {
  const preview = api.sources.mappings.preview.useMutation();
  return (
    <Stack gap="sm">
      <Group>
        <Button
          variant="default"
          leftSection={<IconEye size={16} />}
          loading={preview.isPending}
          onClick={() => preview.mutate(mappingInput(values))}
        >
          Preview
        </Button>
      </Group>
      <div role="status" aria-label="Preview">
        {preview.error && <Notice tone="failure">{failureMessage(preview.error)}</Notice>}
        {preview.data && <PreviewResult preview={preview.data} />}
      </div>
    </Stack>
  );
}

function PreviewResult({ preview: { basis, looked_at, items } }: { preview: Preview }) {
  if (basis === 'nothing') return <Text>The table has no rows, and nothing of it has changed yet.</Text>;
  const what = basis === 'changes' ? counted(looked_at, 'recent change') : counted(looked_at, 'row');
  return (
    <Stack gap="sm">
      <Text>
        Of {what} {items.length === 0 ? 'none' : items.length} would become {items.length === 1 ? 'an event' : 'events'}
        {basis === 'rows' && ': the table is not read yet, so its rows stand in as if they were new'}.
      </Text>
      {items.slice(0, SHOWN).map(({ data, problem }, index) =>
        problem ? (
          <Notice key={index} tone="failure">
            {problem}
          </Notice>
        ) : (
          <BodyViewer key={index} label={`Data of event ${index + 1}`} body={data} />
        ),
      )}
    </Stack>
  );
}
