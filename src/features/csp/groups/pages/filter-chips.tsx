'use client';

import { CloseButton, Group } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { chosenTimes, type TimeRange } from '#features/csp/timeline/pages/time-range.ts';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { TEXT_FILTERS } from './csp-filters.ts';
import classes from './filter-chips.module.css';

/** The active filters that the toolbar doesn't show, each with a button to remove it. */
export function FilterChips() {
  const { params, set } = useUrlQuery();
  const times = chosenTimes(new URLSearchParams(params));
  const texts = TEXT_FILTERS.filter(({ name }) => !IN_TOOLBAR.includes(name) && params.get(name));
  if (!times && texts.length === 0) return null;
  return (
    <Group gap="xs" mb="md">
      {times && (
        <Chip label="Time" onRemove={() => set({ since: null, until: null })}>
          <Times {...times} />
        </Chip>
      )}
      {texts.map(({ name, label }) => (
        <Chip key={name} label={label} onRemove={() => set({ [name]: null })}>
          {params.get(name)}
        </Chip>
      ))}
    </Group>
  );
}

const IN_TOOLBAR: readonly string[] = ['directive', 'q'];

function Chip({ label, onRemove, children }: { label: string; onRemove: () => void; children: React.ReactNode }) {
  return (
    <span className={classes.chip}>
      <span className={classes.words}>
        <span className={classes.label}>{label}</span> {children}
      </span>
      <CloseButton size="xs" aria-label={`Remove the filter ${label}`} onClick={onRemove} />
    </span>
  );
}

const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** In the browser's time zone, which the server doesn't know. */
function Times({ since, until }: TimeRange) {
  const mounted = useMounted();
  const words = (time: string) => (mounted ? exact.format(Date.parse(time)) : time);
  return (
    <>
      {since && `from ${words(since)} `}
      {until && `to ${words(until)}`}
    </>
  );
}
