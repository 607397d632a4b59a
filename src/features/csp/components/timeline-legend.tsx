'use client';

import { getThemeColor, UnstyledButton, useMantineTheme } from '@mantine/core';
import { count } from '#ui/counted.ts';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { countOf } from './count-of.ts';
import { directiveColor } from './directive-color.ts';
import classes from './timeline.module.css';
import type { TimelineData } from './timeline.tsx';

/** The directives by their colours and counts; each narrows the page to itself, and back. */
export function TimelineLegend({ timeline: { items, directives } }: { timeline: TimelineData }) {
  const { params, set } = useUrlQuery();
  const theme = useMantineTheme();
  const chosen = params.get('directive');
  return (
    <ul className={classes.legend}>
      {directives.map((directive) => {
        const sum = items.reduce((total, item) => total + countOf(item, directive), 0);
        const words = (
          <>
            <span className={classes.swatch} style={{ background: getThemeColor(directiveColor(directive), theme) }} />
            {directive || 'not named'}
            <span className={classes.count}>{count(sum)}</span>
          </>
        );
        const isOne = directive !== '' && directive !== 'other';
        return (
          <li key={directive}>
            {isOne ? (
              <UnstyledButton
                className={classes.entry}
                aria-pressed={chosen === directive}
                onClick={() => set({ directive: chosen === directive ? null : directive })}
              >
                {words}
              </UnstyledButton>
            ) : (
              <span className={classes.entry}>{words}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
