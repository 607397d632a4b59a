'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { api } from '#client/console-api.ts';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './filter-preview.module.css';
import { readFilter, type WebhookValues } from './webhook-values.ts';

const SHOWN = 5;

/** Which of the latest events would be sent, by the expression that decides when they are published. */
export function FilterPreview({ values }: { values: Pick<WebhookValues, 'event_type' | 'filter'> }) {
  const [settled] = useDebouncedValue(values, 400);
  const filter = readFilter(settled.filter);
  const isAskable = settled.event_type.length > 0 && filter !== undefined;
  const query = api.webhooks.previewFilter.useQuery(
    { event_type: settled.event_type, filter: filter ?? null },
    { enabled: isAskable, placeholderData: keepPreviousData, retry: false },
  );
  if (!isAskable) return null;
  if (query.isError)
    return <p className={classes.error}>{query.error.data?.issues[0]?.message ?? query.error.message}</p>;
  if (!query.data) return null;
  const { items, passing } = query.data;
  if (items.length === 0) return <p className={classes.none}>No event of these types was published lately.</p>;
  return (
    <div className={classes.root} role="status">
      <p className={classes.words}>
        {passing} of the latest {items.length} {items.length === 1 ? 'event' : 'events'} of these types would be sent.
      </p>
      <ul className={classes.list}>
        {items.slice(0, SHOWN).map(({ id, event_type, created_at, passes }) => (
          <li key={id} data-passes={passes}>
            <span>{passes ? 'Sent' : 'Left out'}</span>
            <code>{event_type}</code>
            <RelativeTime at={created_at} />
          </li>
        ))}
      </ul>
    </div>
  );
}
