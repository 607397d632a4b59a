import { Fragment } from 'react';
import type { Folded } from './fold-lines.ts';
import classes from './folded-json.module.css';

/** Indented JSON of which every object and list folds, by mouse and by keyboard. */
export function FoldedJson({ parts }: { parts: readonly Folded[] }) {
  return parts.map((part, index) => {
    const key = `${index}`;
    if (typeof part === 'string') return <Fragment key={key}>{`${part}\n`}</Fragment>;
    return (
      <details key={key} open className={classes.fold}>
        <summary className={classes.open}>
          {part.open}
          <span className={classes.closed}>{` … ${part.close.trim()}`}</span>
        </summary>
        <FoldedJson parts={part.inner} />
        {`${part.close}\n`}
      </details>
    );
  });
}
