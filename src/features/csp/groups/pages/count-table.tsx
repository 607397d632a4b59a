'use client';

import { Anchor, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { count, counted } from '#ui/values/counted.ts';
import { LongText } from '#ui/values/long-text.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './group-table.module.css';

type Row = { text: string; count: number; last_seen?: string };
type Props = {
  label: string;
  /** What a row is, such as "page". */
  what: string;
  none: string;
  rows: readonly Row[];
};

const FIRST_ROWS = 5;

/** Texts from reports with their counts, most frequent first. The rest is shown on demand. */
export function CountTable({ label, what, none, rows }: Props) {
  const [isWhole, setWhole] = useState(false);
  if (rows.length === 0) return <Text c="dimmed">{none}</Text>;
  const withTimes = rows.some(({ last_seen }) => last_seen !== undefined);
  return (
    <>
      <Table aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th tt="capitalize">{what}</Table.Th>
            <Table.Th ta="right">Reports</Table.Th>
            {withTimes && (
              <Table.Th ta="right" visibleFrom="sm">
                Last seen
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice(0, isWhole ? rows.length : FIRST_ROWS).map((row) => (
            <Table.Tr key={row.text}>
              <Table.Td>
                <LongText value={row.text} what={what} />
              </Table.Td>
              <Table.Td ta="right">{count(row.count)}</Table.Td>
              {withTimes && (
                <Table.Td ta="right" visibleFrom="sm" c="dimmed" className={classes.short ?? ''}>
                  {row.last_seen && <RelativeTime at={row.last_seen} />}
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length > FIRST_ROWS && (
        <Anchor component="button" type="button" mt="sm" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show all ${counted(rows.length, what)}`}
        </Anchor>
      )}
    </>
  );
}
