'use client';

import { Anchor, Table } from '@mantine/core';
import Link from 'next/link';
import type { Outputs } from '#client/console-api.ts';
import { count } from '#ui/counted.ts';
import { paths } from '#ui/paths.ts';
import { LINE_KINDS } from './stream-kinds.ts';

type Coverage = Outputs['csp']['coverage'];

const KINDS = ['suppressed', 'dropped', 'malformed'] as const;

const ADVICE: Record<(typeof KINDS)[number], string> = {
  suppressed: 'Nothing is missing: the counts of groups and charts have them.',
  dropped: 'They came too fast, or the log folder could not be written: each line says which, and what to do.',
  malformed: 'Often a scanner, or a proxy that changes bodies. The lines have their beginning.',
};

/** What reached the console and did not become a line of its own. */
export function CoverageLosses({ coverage }: { coverage: Pick<Coverage, (typeof KINDS)[number]> }) {
  return (
    <Table aria-label="Not logged one by one">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>What became of it</Table.Th>
          <Table.Th ta="right">Count</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {KINDS.map((kind) => (
          <Table.Tr key={kind}>
            <Table.Td>
              <Anchor component={Link} href={`${paths.cspStream}?kind=${kind}`} prefetch={false}>
                {LINE_KINDS[kind].label}
              </Anchor>
              . {LINE_KINDS[kind].meaning} {ADVICE[kind]}
            </Table.Td>
            <Table.Td ta="right">{count(coverage[kind])}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
