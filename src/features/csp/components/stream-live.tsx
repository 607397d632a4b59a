'use client';

import { Button, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { counted } from '#ui/counted.ts';
import { LiveLabel, type LiveState } from '#ui/live-label.tsx';
import classes from './stream-live.module.css';

type Props = { state: LiveState; lines: number; isPaused: boolean; onToggle: () => void };

/** Whether new lines come in, and the way to stop and start them; `p` does it too. */
export function StreamLive({ state, lines, isPaused, onToggle }: Props) {
  useHotkeys([['p', onToggle]]);
  return (
    <div className={classes.root}>
      <div className={classes.words}>
        <LiveLabel state={state} />
        <span className={classes.count}>{counted(lines, 'line')}</span>
      </div>
      <Tooltip withinPortal={false} label={isPaused ? 'Show new lines as they come (P)' : 'Let new lines wait (P)'}>
        <Button
          variant="default"
          className={classes.button ?? ''}
          aria-keyshortcuts="p"
          leftSection={isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          onClick={onToggle}
        >
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
      </Tooltip>
    </div>
  );
}
