'use client';

import { CopyIcon } from './copy-button.tsx';
import classes from './copyable.module.css';

/** An id, a URL or another exact value in monospace, with its copy button. */
export function Copyable({ value, what }: { value: string; what: string }) {
  return (
    <span className={classes.root}>
      <code className={classes.value}>{value}</code>
      <CopyIcon value={value} what={what} />
    </span>
  );
}
