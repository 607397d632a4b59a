'use client';

import { Fragment } from 'react';
import { ScrollRegion } from '#ui/page/scroll-region.tsx';
import classes from './body-viewer.module.css';
import { CopyIcon } from './copy-button.tsx';
import { type Folded, foldLines } from './fold-lines.ts';
import { indentJson } from './indent-json.ts';
import { prettyBody } from './pretty-body.ts';

type Props = { body: unknown; label: string; note?: string };

/**
 * The body of a request or response as plain text, of limited height. Objects and lists of JSON can be folded. Copying
 * copies the body unchanged.
 */
export function BodyViewer({ body, label, note }: Props) {
  const text = prettyBody(body);
  const folded = typeof body === 'string' && indentJson(body) === null ? null : foldLines(text);
  if (text === '') return <p className={classes.none}>The body is empty.</p>;
  return (
    <div className={classes.root}>
      <ScrollRegion className={classes.scroll} label={label}>
        {folded ? (
          <div className={classes.json}>
            <FoldedJson parts={folded} />
          </div>
        ) : (
          <pre className={classes.text}>{text}</pre>
        )}
      </ScrollRegion>
      <span className={classes.copy}>
        <CopyIcon value={typeof body === 'string' ? body : text} what={label.toLowerCase()} />
      </span>
      {note && <p className={classes.note}>{note}</p>}
    </div>
  );
}

/** Indented JSON. Every object and list can be folded with the mouse or the keyboard. */
function FoldedJson({ parts }: { parts: readonly Folded[] }) {
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
