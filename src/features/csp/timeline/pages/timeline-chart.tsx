'use client';

import { BarChart } from '@mantine/charts';
import { directiveColor } from '#features/csp/groups/pages/directive-color.ts';
import { count } from '#ui/values/counted.ts';
import classes from './timeline.module.css';
import type { Narrowing, TimelineData } from './timeline-data.ts';
import { countOf } from './timeline-data.ts';
import { axisTime, barTime } from './timeline-words.ts';

type Props = { timeline: TimelineData; onNarrow: (narrowing: Narrowing) => void };

/** The bar chart. Its series have generated names, because a reported directive can be any text. */
export function TimelineChart({ timeline: { items, directives, step_ms }, onNarrow }: Props) {
  const series = directives.map((directive, position) => ({
    name: `part${position}`,
    label: directive || '(not named)',
    color: directiveColor(directive),
    directive,
  }));
  const data = items.map((item) => ({
    at: item.at,
    ...Object.fromEntries(series.map(({ name, directive }) => [name, countOf(item, directive) || undefined])),
  }));
  const narrowTo = (bar: number, directive: string) => {
    const at = items[bar]?.at;
    if (!at) return;
    const until = new Date(Date.parse(at) + step_ms).toISOString();
    onNarrow({ since: at, until, ...(directive !== 'other' && { directive }) });
  };

  return (
    <BarChart
      h="100%"
      type="stacked"
      data={data}
      dataKey="at"
      series={series}
      valueFormatter={count}
      gridProps={{ strokeDasharray: '0' }}
      tickLine="none"
      gridAxis="x"
      maxBarWidth={18}
      accessibilityLayer={false}
      xAxisProps={{ tickFormatter: (at: string) => axisTime(at, step_ms), minTickGap: 32 }}
      yAxisProps={{ allowDecimals: false, width: 44 }}
      tooltipProps={{ labelFormatter: (at) => (typeof at === 'string' ? barTime(at, step_ms) : null) }}
      barProps={({ name }) => ({
        className: classes.bar ?? '',
        onClick: (_, bar) => narrowTo(bar, series.find((part) => part.name === name)?.directive ?? 'other'),
      })}
    />
  );
}
