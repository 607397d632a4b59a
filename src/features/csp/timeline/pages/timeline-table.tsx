'use client';

import { Anchor, Table } from '@mantine/core';
import { useState } from 'react';
import { ScrollRegion } from '#ui/page/scroll-region.tsx';
import { count } from '#ui/values/counted.ts';
import classes from './timeline.module.css';
import type { Narrowing, TimelineData } from './timeline-data.ts';
import { countOf } from './timeline-data.ts';
import { barTime } from './timeline-words.ts';

type Props = { timeline: TimelineData; onNarrow: (narrowing: Narrowing) => void };

/** The same data as the bars, for screen readers and keyboard use. */
export function TimelineTable(props: Props) {
  // Times are shown in the browser's time zone, which the server doesn't know.
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={classes.asTable} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show as a table</summary>
      {isOpen && <Bars {...props} />}
    </details>
  );
}

function Bars({ timeline: { items, directives, step_ms }, onNarrow }: Props) {
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
