'use client';

import { useOfflineSince } from '#client/use-offline-since.ts';
import { StateLabel } from '#ui/state-label.tsx';
import classes from './offline-notice.module.css';

const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });

/** On every page while the browser has no network: what is shown is from before. */
export function OfflineNotice() {
  const since = useOfflineSince();
  return (
    <div role="status" aria-label="Network">
      {since !== null && (
        <div className={classes.root}>
          <StateLabel tone="warning">Offline since {clock.format(since)}.</StateLabel> This page updates when you are
          back online.
        </div>
      )}
    </div>
  );
}
