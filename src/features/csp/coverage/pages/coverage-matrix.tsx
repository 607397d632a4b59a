'use client';

import { Table } from '@mantine/core';
import { count } from '#ui/values/counted.ts';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './coverage-matrix.module.css';
import type { CoverageCell, CoverageRow } from './coverage-rows.ts';

/** Which browsers report, and in which of the two formats. */
export function CoverageMatrix({ rows, settling }: { rows: readonly CoverageRow[]; settling: boolean }) {
  return (
    <Table
      aria-label="Browsers and report formats"
      verticalSpacing="sm"
      aria-busy={settling}
      opacity={settling ? 0.6 : 1}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Browser</Table.Th>
          <Table.Th>report-uri</Table.Th>
          <Table.Th>report-to</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ browser, versions, cells, couldReportTo }) => (
          <Table.Tr key={browser}>
            <Table.Td>
              {browser}
              <span className={classes.about}>{versionsIn(versions)}</span>
            </Table.Td>
            <Table.Td>
              <Cell cell={cells['report-uri']} />
            </Table.Td>
            <Table.Td>
              <Cell cell={cells['report-to']} />
              {couldReportTo !== null && (
                <span className={classes.about}>
                  Supported since {browser} {couldReportTo}
                </span>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const MOST_VERSIONS = 4;

function versionsIn(versions: readonly string[]): string {
  const shown = versions.slice(0, MOST_VERSIONS).join(', ');
  const more = versions.length - MOST_VERSIONS;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function Cell({ cell }: { cell: CoverageCell | null }) {
  if (!cell) return <span className={classes.versions}>None</span>;
  const parts = [
    cell.enforce > 0 && `${count(cell.enforce)} blocked`,
    cell.report > 0 && `${count(cell.report)} would block`,
    cell.unknown > 0 && `${count(cell.unknown)} unknown`,
  ].filter((part) => part !== false);
  return (
    <>
      <span className={classes.count}>{count(cell.count)}</span>{' '}
      <span className={classes.versions}>
        · <RelativeTime at={cell.last_seen} />
      </span>
      <span className={classes.about}>{parts.join(', ')}</span>
    </>
  );
}
