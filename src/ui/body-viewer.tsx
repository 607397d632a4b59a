'use client';

import classes from './body-viewer.module.css';
import { CopyIcon } from './copy-button.tsx';
import { prettyBody } from './pretty-body.ts';

type Props = { body: unknown; label: string; note?: string };

/** A request's or an answer's body as inert text, in a bounded height, with its copy button. */
export function BodyViewer({ body, label, note }: Props) {
  const text = prettyBody(body);
  if (text === '') return <p className={classes.none}>The body is empty.</p>;
  return (
    <div className={classes.root}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1) */}
      <section className={classes.scroll} tabIndex={0} aria-label={label}>
        <pre className={classes.text}>{text}</pre>
      </section>
      <span className={classes.copy}>
        <CopyIcon value={text} what={label.toLowerCase()} />
      </span>
      {note && <p className={classes.note}>{note}</p>}
    </div>
  );
}
