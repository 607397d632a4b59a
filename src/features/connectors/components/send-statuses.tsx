import { Stack } from '@mantine/core';
import { Notice } from '#ui/notice.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import { FailureWords } from './failure-words.tsx';
import { ProviderState } from './send-outcome.tsx';
import classes from './send-statuses.module.css';
import type { Send } from './send-table.tsx';

/** What the provider told of a message, from its first state to its last. */
export function SendStatuses({ statuses }: Pick<Send, 'statuses'>) {
  const last = statuses.at(-1);
  return (
    <Stack gap="sm">
      <ol className={classes.list}>
        {statuses.map(({ status, at }) => (
          <li key={status} className={classes.step}>
            <ProviderState status={status} />
            <span className={classes.time}>
              <RelativeTime at={at} />
            </span>
          </li>
        ))}
      </ol>
      {last?.provider_code !== undefined && (
        <Notice tone="failure">
          <FailureWords error={{ ...last, message: `The message is ${last.status}` }} />
        </Notice>
      )}
    </Stack>
  );
}
