'use client';

import { ScrollRegion } from '#ui/page/scroll-region.tsx';
import classes from './body-viewer.module.css';
import { CopyIcon } from './copy-button.tsx';
import { foldLines } from './fold-lines.ts';
import { FoldedJson } from './folded-json.tsx';
import { indentJson } from './indent-json.ts';
import { prettyBody } from './pretty-body.ts';

type Props = { body: unknown; label: string; note?: string };

/** A request's or an answer's body as inert text, in a bounded height; JSON folds. What is copied is the body to the letter. */
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
