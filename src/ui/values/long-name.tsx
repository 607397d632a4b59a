import { VisuallyHidden } from '@mantine/core';
import classes from './long-name.module.css';

/** Shorter ones wrap, which shows all of them. */
const LONG = 40;
const END = 8;
const GRAPHEMES = new Intl.Segmenter('en');

/**
 * A name in a list, on one line: a long one is cut in its middle, for names differ at their ends as often as at their
 * beginnings. The whole is on hover, and what assistive technology reads.
 */
export function LongName({ children: name }: { children: string }) {
  const characters = name.length <= LONG ? [] : Array.from(GRAPHEMES.segment(name), ({ segment }) => segment);
  if (characters.length <= LONG) return <span style={{ overflowWrap: 'anywhere' }}>{name}</span>;
  return (
    <span className={classes.root} title={name}>
      <span className={classes.shown} aria-hidden>
        <span className={classes.start}>{characters.slice(0, -END).join('')}</span>
        <span className={classes.end}>{characters.slice(-END).join('')}</span>
      </span>
      <VisuallyHidden>{name}</VisuallyHidden>
    </span>
  );
}
