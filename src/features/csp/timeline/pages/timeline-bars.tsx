'use client';

import { Anchor, Skeleton, Table } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { ScrollRegion } from '#ui/page/scroll-region.tsx';
import { count } from '#ui/values/counted.ts';
import classes from './timeline.module.css';
import { countOf, type Narrowing, type TimelineData } from './timeline-data.ts';
import { barTime } from './timeline-words.ts';

type Props = {
  timeline: TimelineData;
  /** In pixels. The space is reserved before the chart has loaded. */
  height: number;
  settling?: boolean;
  legend?: React.ReactNode;
  onNarrow: (narrowing: Narrowing) => void;
};

// The chart library is large, measures the page, and renders nothing on the server.
const TimelineChart = dynamic(() => import('./timeline-chart.tsx').then((module) => module.TimelineChart), {
  ssr: false,
  loading: () => <Skeleton height="100%" />,
});

/** A bar chart, and the same data as a table. */
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

type TableProps = { timeline: TimelineData; onNarrow: (narrowing: Narrowing) => void };

/** The same data as the bars, for screen readers and keyboard use. */
function TimelineTable(props: TableProps) {
  // Times are shown in the browser's time zone, which the server doesn't know.
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={classes.asTable} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show as a table</summary>
      {isOpen && <Bars {...props} />}
    </details>
  );
}

function Bars({ timeline: { items, directives, step_ms }, onNarrow }: TableProps) {
  return (
    <ScrollRegion className={classes.scroll} label="Reports over time, as a table">
      <Table aria-label="Reports over time" stickyHeader verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>From</Table.Th>
            <Table.Th ta="right">Reports</Table.Th>
            {directives.map((directive) => (
              <Table.Th key={directive} ta="right">
                {directive || 'not named'}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.at}>
              <Table.Td>
                <Anchor
                  component="button"
                  type="button"
                  onClick={() =>
                    onNarrow({ since: item.at, until: new Date(Date.parse(item.at) + step_ms).toISOString() })
                  }
                >
                  {barTime(item.at, step_ms)}
                </Anchor>
              </Table.Td>
              <Table.Td ta="right">{count(item.total)}</Table.Td>
              {directives.map((directive) => (
                <Table.Td key={directive} ta="right">
                  {count(countOf(item, directive))}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  );
}
