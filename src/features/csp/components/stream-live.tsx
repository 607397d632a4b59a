'use client';

import { Button, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { StateLabel, type Tone } from '#ui/state-label.tsx';
import classes from './stream-live.module.css';

export type LiveState = 'live' | 'connecting' | 'reading' | 'paused' | 'ended';

const STATES: Record<LiveState, [Tone, string]> = {
  live: ['success', 'Live'],
  connecting: ['running', 'Connecting…'],
  reading: ['warning', 'Held while you read'],
  paused: ['idle', 'Paused'],
  ended: ['failure', 'Not connected'],
};

type Props = { state: LiveState; lines: number; isPaused: boolean; onToggle: () => void };

/** Whether new lines come in, and the way to stop and start them; `p` does it too. */
export function StreamLive({ state, lines, isPaused, onToggle }: Props) {
  useHotkeys([['p', onToggle]]);
  const [tone, words] = STATES[state];
  return (
    <div className={classes.root}>
      <div className={classes.words}>
        <span role="status">
          <StateLabel tone={tone}>{words}</StateLabel>
        </span>
        <span className={classes.count}>
          {lines.toLocaleString('en')} {lines === 1 ? 'line' : 'lines'}
        </span>
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
