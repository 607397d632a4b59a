'use client';

import { Anchor } from '@mantine/core';
import { useState } from 'react';
import { CopyIcon } from './copy-button.tsx';
import classes from './long-text.module.css';

type Props = { value: string; what: string; most?: number };

/** Somebody else's text as text alone: wrapped, cut when it is long with the whole on demand, and copied whole. */
export function LongText({ value, what, most = 160 }: Props) {
  const [isWhole, setWhole] = useState(false);
  const isLong = value.length > most;
  return (
    <span className={classes.root}>
      <code className={classes.text}>{isLong && !isWhole ? `${value.slice(0, most)}…` : value}</code>
      {isLong && (
        <Anchor
          component="button"
          type="button"
          className={classes.more ?? ''}
          aria-label={`${isWhole ? 'Show less of' : 'Show all of'} ${what}`}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? 'less' : 'all'}
        </Anchor>
      )}
      <span className={classes.copy}>
        <CopyIcon value={value} what={what} />
      </span>
    </span>
  );
}
