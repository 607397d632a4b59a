'use client';

import type { Outputs } from '#client/console-api.ts';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { OverviewPart } from './overview-part.tsx';
import { TimelineBars } from './timeline-bars.tsx';
import { TimelineLegend } from './timeline-legend.tsx';
import { stepWords } from './timeline-words.ts';

export type TimelineData = Outputs['csp']['timeline'];

/** From where to where, and of which directive when one was meant. */
export type Narrowing = { since: string; until: string; directive?: string };

/** Reports over time by directive. What is chosen in it narrows the page. */
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
