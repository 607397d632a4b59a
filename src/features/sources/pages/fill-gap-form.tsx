'use client';

import { Button, Code, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { writeJson } from '#core/json/user-json.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { count } from '#ui/values/counted.ts';

type Preview = Outputs['sources']['gaps']['preview'];
type Range = { column: string | null; from: string; until: string };

const ALL_ROWS = '';

/** Selects the rows that fill a gap, and shows which events they would create. */
export function FillGapForm({ id, table, onDone }: { id: string; table: string; onDone: () => void }) {
  const cache = api.useUtils();
  const [range, setRange] = useState<Range | null>(null);
  const [shown, setShown] = useState<Preview | null>(null);
  const [isStale, setIsStale] = useState(false);
  const preview = api.sources.gaps.preview.useMutation({
    onSuccess: (found) => {
      const { column, from, until } = found.fill;
      setShown(found);
      setRange({ column, from: from ?? '', until: until ?? '' });
      setIsStale(false);
    },
  });
  const fill = api.sources.gaps.startFill.useMutation({
    onSuccess: async () => {
      await cache.sources.gaps.invalidate();
      toastDone(`The gap of ${table} is being filled.`);
      onDone();
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const { mutate } = preview;
  useEffect(() => mutate({ id }), [mutate, id]);
  const change = (changes: Partial<Range>) => {
    setRange((before) => ({ column: null, from: '', until: '', ...before, ...changes }));
    setIsStale(true);
  };
  const given = () => ({ id, column: range?.column ?? null, from: range?.from || null, until: range?.until || null });
  if (!shown) return preview.error ? <Notice tone="failure">{preview.error.message}</Notice> : <ListSkeleton />;
  const { columns } = shown;
  return (
    <Stack gap="md">
      <Select
        label="Rows by"
        description="A column that says when a row changed, or a key. Rows that are events already are left out."
        data={[{ value: ALL_ROWS, label: 'All rows' }, ...columns.map(({ name }) => ({ value: name, label: name }))]}
        value={range?.column ?? ALL_ROWS}
        allowDeselect={false}
        onChange={(column) => change({ column: column || null, from: '', until: '' })}
      />
      {range?.column && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <TextInput
            label="From"
            value={range.from}
            onChange={(event) => change({ from: event.currentTarget.value })}
          />
          <TextInput
            label="Until"
            value={range.until}
            onChange={(event) => change({ until: event.currentTarget.value })}
          />
        </SimpleGrid>
      )}
      {preview.error && <Notice tone="failure">{preview.error.message}</Notice>}
      {!isStale && <PreviewedFill preview={shown} />}
      <Group justify="flex-end">
        <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate(given())}>
          Preview
        </Button>
        <Button disabled={isStale || preview.isPending} loading={fill.isPending} onClick={() => fill.mutate(given())}>
          Fill gap
        </Button>
      </Group>
    </Stack>
  );
}

function PreviewedFill({ preview }: { preview: Preview }) {
  const { rows, looked_at, events, known, refused, problem, items } = preview;
  const [first] = items;
  return (
    <Stack gap="xs" role="status" aria-label="Preview">
      <Text>
        {count(rows)} rows in the range. {looked_at < rows ? `Of the first ${count(looked_at)}: ` : ''}
        {count(events)} events would be made, {count(known)} are there already, {count(refused)} would be refused.
      </Text>
      {problem && <Text c="dimmed">{problem}</Text>}
      {first && <Code block>{writeJson(first.data, 2)}</Code>}
      <Text c="dimmed">Rows that were deleted meanwhile make no events.</Text>
    </Stack>
  );
}
