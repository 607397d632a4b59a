'use client';

import { Skeleton } from '@mantine/core';
import dynamic from 'next/dynamic';
import classes from './timeline.module.css';
import type { Narrowing, TimelineData } from './timeline-data.ts';
import { TimelineTable } from './timeline-table.tsx';

type Props = {
  timeline: TimelineData;
  /** In pixels: it is kept free before the bars are there. */
  height: number;
  settling?: boolean;
  legend?: React.ReactNode;
  onNarrow: (narrowing: Narrowing) => void;
};

// The chart's library is large, measures the page, and draws nothing on the server.
const TimelineChart = dynamic(() => import('./timeline-chart.tsx').then((module) => module.TimelineChart), {
  ssr: false,
  loading: () => <Skeleton height="100%" />,
});

/** Bars for the eye, and the same as a table for everybody. */
export function TimelineBars({ timeline, height, settling = false, legend, onNarrow }: Props) {
  return (
    <>
      <div className={classes.chart} style={{ height }} data-settling={settling} aria-hidden>
        <TimelineChart timeline={timeline} onNarrow={onNarrow} />
      </div>
      {legend}
      <TimelineTable timeline={timeline} onNarrow={onNarrow} />
    </>
  );
}
