'use client';

import { count, counted } from '#ui/counted.ts';
import { Facts } from '#ui/facts.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import { Section } from '#ui/section.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import type { GroupData } from './group-header.tsx';
import classes from './group-times.module.css';
import type { TimelineData } from './timeline.tsx';
import { TimelineBars } from './timeline-bars.tsx';
import { stepWords } from './timeline-words.ts';

const FORMS = { 'report-uri': 'report-uri (older)', 'report-to': 'report-to (Reporting API)' };

/** How often, since when, by which browsers. A bar narrows the list of reports below to its time. */
export function GroupTimes({ group, timeline }: { group: GroupData; timeline: TimelineData }) {
  const { set } = useUrlQuery();
  return (
    <Section title="How often" description={`The bars are the last 7 days, ${stepWords(timeline.step_ms)} each.`}>
      <div className={classes.chart}>
        <TimelineBars timeline={timeline} height={120} onNarrow={({ since, until }) => set({ since, until })} />
      </div>
      <Facts
        items={[
          ['In 30 days', counted(group.count, 'report')],
          ['First seen', <RelativeTime key="first" at={group.first_seen} />],
          ['Last seen', <RelativeTime key="last" at={group.last_seen} />],
          ['Browsers', withCounts(group.browsers.map(({ browser, count: times }) => [browser, times]))],
          ['Arrived by', withCounts(group.forms.map(({ form, count: times }) => [FORMS[form], times]))],
        ]}
      />
    </Section>
  );
}

const withCounts = (parts: [name: string, times: number][]): string =>
  parts.map(([name, times]) => `${name}: ${count(times)}`).join(', ') || '–';
