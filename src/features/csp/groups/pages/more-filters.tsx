'use client';

import { Button, FocusTrap, Group, Popover, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { fromLocalInput, toLocalInput } from '#features/csp/timeline/pages/time-range.ts';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { NOISE } from './csp-filters.ts';

type Props = { opened: boolean; onOpen: () => void; onClose: () => void };

/** The filters that are needed now and then, applied together. */
export function MoreFilters({ opened, onOpen, onClose }: Props) {
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && onClose()}
      position="bottom-end"
      width={300}
      shadow="md"
      trapFocus
      returnFocus
      withinPortal={false}
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={16} />}
          onClick={opened ? onClose : onOpen}
        >
          More filters
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="More filters">
        <FilterForm onDone={onClose} />
      </Popover.Dropdown>
    </Popover>
  );
}

function FilterForm({ onDone }: { onDone: () => void }) {
  const { params, set } = useUrlQuery();
  const given = (name: string) => params.get(name) ?? '';
  const form = useForm({
    initialValues: {
      blocked_host: given('blocked_host'),
      document: given('document'),
      browser: given('browser'),
      noise: given('noise'),
      since: toLocalInput(params.get('since')),
      until: toLocalInput(params.get('until')),
    },
    transformValues: ({ since, until, ...texts }) => ({
      ...texts,
      since: fromLocalInput(since),
      until: fromLocalInput(until),
    }),
  });
  const apply = form.onSubmit((values) => {
    set(values.since || values.until ? { ...values, range: null } : values);
    onDone();
  });

  return (
    <form onSubmit={apply}>
      <FocusTrap.InitialFocus />
      <Stack gap="sm">
        <TextInput label="Blocked host" placeholder="cdn.example.com" {...form.getInputProps('blocked_host')} />
        <TextInput label="Page" placeholder="A part of its URL" {...form.getInputProps('document')} />
        <TextInput label="Browser" placeholder="Chrome 156" {...form.getInputProps('browser')} />
        <Select
          label="Noise"
          data={[{ value: '', label: 'Without noise' }, ...NOISE]}
          {...form.getInputProps('noise')}
        />
        <TextInput type="datetime-local" label="From" {...form.getInputProps('since')} />
        <TextInput type="datetime-local" label="To" {...form.getInputProps('until')} />
        <Group justify="flex-end" gap="sm" mt={4}>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit">Apply</Button>
        </Group>
      </Stack>
    </form>
  );
}
