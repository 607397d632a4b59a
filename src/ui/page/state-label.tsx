import type { ReactNode } from 'react';
import classes from './state-label.module.css';

export type Tone = 'success' | 'failure' | 'running' | 'warning' | 'idle';

/** A state in words, with a dot in its colour; the words carry the meaning. */
export function StateLabel({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={classes.root} data-tone={tone}>
      {children}
    </span>
  );
}
