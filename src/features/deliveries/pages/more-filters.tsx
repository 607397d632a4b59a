'use client';

import { Button, Group, Popover, Select, Stack, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';

/** Parameters of the page's address that this form sets. */
export const MORE_PARAMS = ['around', 'from', 'to', 'answer', 'error', 'origin', 'attempts'] as const;

const ANSWERS = ['2xx', '3xx', '4xx', '5xx'].map((value) => ({ value, label: value }));

const CODES = {
  timeout: 'Timed out',
  connection_refused: 'Connection refused',
  connection_reset: 'Connection reset',
  dns_error: 'Name not found (DNS)',
  tls_error: 'TLS failed',
  invalid_response: 'Invalid response',
  blocked_address: 'Address blocked',
  response_too_large: 'Response too large',
};
const ERRORS = Object.entries(CODES).map(([value, label]) => ({ value, label }));

/** A time of the address in the browser's zone, as a date-time field takes it. */
function fieldOf(value: string | null): string {
  const time = Date.parse(value ?? '');
  if (Number.isNaN(time)) return '';
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** Filters that are used less often. They stand in the page's address like the others. */
export function MoreFilters() {
  const { params } = useUrlQuery();
  const [opened, setOpened] = useState(false);
  const active = MORE_PARAMS.filter((name) => params.has(name)).length;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={320} trapFocus shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<IconFilter size={16} />} onClick={() => setOpened(!opened)}>
          {active === 0 ? 'More filters' : `More filters (${active})`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <FilterForm onClose={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function FilterForm({ onClose }: { onClose: () => void }) {
  const { params, set } = useUrlQuery();
  const [values, setValues] = useState(() => ({
    around: fieldOf(params.get('around')),
    from: fieldOf(params.get('from')),
    to: fieldOf(params.get('to')),
    answer: params.get('answer') ?? '',
    error: params.get('error') ?? '',
    origin: params.get('origin') ?? '',
    attempts: params.get('attempts') ?? '',
  }));
  const change = (changes: Partial<typeof values>) => setValues((known) => ({ ...known, ...changes }));
  const isStatus = values.answer === '' || /^[1-5](\d\d|xx)$/.test(values.answer);
  const timeOf = (field: string) => (field === '' ? null : new Date(field).toISOString());
  const apply = () => {
    const { around, from, to, ...others } = values;
    set({
      ...others,
      around: timeOf(around),
      from: timeOf(from),
      to: timeOf(to),
      ...((from || to || around) && { time: null }),
    });
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isStatus) apply();
      }}
    >
      <Stack gap="sm">
        <TextInput
          type="datetime-local"
          step={1}
          label="Around"
          description="Created then, or an attempt was made then, ±10 minutes."
          value={values.around}
          onChange={({ currentTarget }) => change({ around: currentTarget.value, from: '', to: '' })}
        />
        <TextInput
          type="datetime-local"
          step={1}
          label="Created from"
          value={values.from}
          onChange={({ currentTarget }) => change({ from: currentTarget.value, around: '' })}
        />
        <TextInput
          type="datetime-local"
          step={1}
          label="Created before"
          value={values.to}
          onChange={({ currentTarget }) => change({ to: currentTarget.value, around: '' })}
        />
        <TextInput
          label="Answer"
          description={`A status such as 404, or a class: ${ANSWERS.map(({ value }) => value).join(', ')}.`}
          value={values.answer}
          error={isStatus ? null : 'Enter a status such as 404, or a class such as 5xx.'}
          onChange={({ currentTarget }) => change({ answer: currentTarget.value.trim().toLowerCase() })}
        />
        <Select
          label="Error"
          placeholder="Any"
          clearable
          data={ERRORS}
          value={values.error || null}
          onChange={(error) => change({ error: error ?? '' })}
        />
        <Group grow align="end">
          <Select
            label="Origin"
            data={[
              { value: '', label: 'Any' },
              { value: 'manual', label: 'Sent by hand' },
            ]}
            value={values.origin}
            onChange={(origin) => change({ origin: origin ?? '' })}
          />
          <TextInput
            label="Attempts, at least"
            inputMode="numeric"
            value={values.attempts}
            onChange={({ currentTarget }) => change({ attempts: currentTarget.value.replace(/\D/g, '') })}
          />
        </Group>
        <Group justify="space-between">
          <Button
            variant="subtle"
            onClick={() => {
              set(Object.fromEntries(MORE_PARAMS.map((name) => [name, null])));
              onClose();
            }}
          >
            Clear
          </Button>
          <Button type="submit">Apply</Button>
        </Group>
      </Stack>
    </form>
  );
}
