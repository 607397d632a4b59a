'use client';

import { getThemeColor, UnstyledButton, useMantineTheme } from '@mantine/core';
import { directiveColor } from '#features/csp/groups/pages/directive-color.ts';
import { OverviewPart } from '#features/csp/groups/pages/overview-part.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { count } from '#ui/values/counted.ts';
import classes from './timeline.module.css';
import { TimelineBars } from './timeline-bars.tsx';
import type { TimelineData } from './timeline-data.ts';
import { countOf } from './timeline-data.ts';
import { stepWords } from './timeline-words.ts';

/** Reports over time by directive. Clicking a bar or a directive filters the page. */
export function Timeline({ timeline, settling }: { timeline: TimelineData; settling: boolean }) {
  const { set } = useUrlQuery();
  return (
    <OverviewPart title="Over time" aside={`Each bar is ${stepWords(timeline.step_ms)}`}>
      <TimelineBars
        timeline={timeline}
        height={200}
        settling={settling}
        legend={<TimelineLegend timeline={timeline} />}
        onNarrow={({ since, until, directive }) => set({ since, until, range: null, ...(directive && { directive }) })}
      />
    </OverviewPart>
  );
}

/** The directives with their colors and counts. Clicking one filters the page by it, or removes the filter. */
function TimelineLegend({ timeline: { items, directives } }: { timeline: TimelineData }) {
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
