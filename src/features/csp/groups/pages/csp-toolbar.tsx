'use client';

import { Button, FocusTrap, Group, Popover, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { knownDirectives } from '#core/csp/report/directives.ts';
import {
  chosenTimes,
  DEFAULT_RANGE,
  fromLocalInput,
  RANGE_OPTIONS,
  rangeName,
  toLocalInput,
} from '#features/csp/timeline/pages/time-range.ts';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { SearchInput } from '#ui/lists/search-input.tsx';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { DISPOSITIONS, NOISE } from './csp-filters.ts';
import { FilterChips } from './filter-chips.tsx';

const CUSTOM = 'custom';
const DEFAULT_LABEL = RANGE_OPTIONS.find(({ value }) => value === DEFAULT_RANGE)?.label ?? '';
const TIMES = [
  ...RANGE_OPTIONS.filter(({ value }) => value !== DEFAULT_RANGE),
  { value: CUSTOM, label: 'Custom range' },
];

/** All filters of CSP reports. They are kept in the URL. */
export function CspToolbar({ searchLabel }: { searchLabel: string }) {
  const { params, set } = useUrlQuery();
  const [opened, more] = useDisclosure(false);
  const query = new URLSearchParams(params);
  const directive = params.get('directive');
  const directives =
    directive && !knownDirectives.includes(directive) ? [directive, ...knownDirectives] : knownDirectives;
  const range = rangeName(query);

  const chooseTime = (chosen: string | null) =>
    chosen === CUSTOM ? more.open() : set({ range: chosen, since: null, until: null });

  return (
    <>
      <Toolbar>
        <SearchInput label={searchLabel} value={params.get('q') ?? ''} onSearch={(q) => set({ q })} />
        <FilterSelect
          label="Time"
          all={DEFAULT_LABEL}
          options={TIMES}
          value={chosenTimes(query) ? CUSTOM : range === DEFAULT_RANGE ? null : range}
          onChange={chooseTime}
        />
        <FilterSelect
          label="Disposition"
          all="Any disposition"
          options={[...DISPOSITIONS]}
          value={params.get('disposition')}
          onChange={(disposition) => set({ disposition })}
        />
        <FilterSelect
          label="Directive"
          all="Any directive"
          options={directives.map((name) => ({ value: name, label: name }))}
          value={directive}
          onChange={(name) => set({ directive: name })}
        />
        <MoreFilters opened={opened} onOpen={more.open} onClose={more.close} />
      </Toolbar>
      <FilterChips />
    </>
  );
}

type Props = { opened: boolean; onOpen: () => void; onClose: () => void };

/** The less common filters, applied together. */
function MoreFilters({ opened, onOpen, onClose }: Props) {
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
        <TextInput label="Page" placeholder="Part of its URL" {...form.getInputProps('document')} />
        <TextInput label="Browser" placeholder="Chrome 156" {...form.getInputProps('browser')} />
        <Select
          label="Noise"
          data={[{ value: '', label: 'Exclude noise' }, ...NOISE]}
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
