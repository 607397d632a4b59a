'use client';

import { Table, Text } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { count } from '#ui/counted.ts';

/** What the types are about, as their specifications say. */
const MEANINGS: Record<string, string> = {
  'integrity-violation': 'A script or style came without the integrity that Integrity-Policy asks for.',
  'csp-hash': 'The hash of a script that ran, as a policy’s report-sha256 asks for.',
  coep: 'Something was loaded that Cross-Origin-Embedder-Policy does not allow.',
  coop: 'A window lost, or would lose, its opener by Cross-Origin-Opener-Policy.',
  deprecation: 'The page uses what browsers are going to take away.',
  intervention: 'The browser stopped something that the page did, for its user’s sake.',
  'permissions-policy-violation': 'The page used a feature that Permissions-Policy turns off.',
  'document-policy-violation': 'The page broke its Document-Policy.',
  crash: 'The page’s process ended: out of memory, or not answering.',
  'network-error': 'A request of the page failed on its way (Network Error Logging).',
};

type Others = Outputs['csp']['coverage']['others'];

/** The other reports of the Reporting API that came, by their type. */
export function CoverageOthers({ others }: { others: Others }) {
  if (others.length === 0)
    return (
      <Text c="dimmed">
        None came in this time. The same address takes them: name it as an endpoint in Reporting-Endpoints.
      </Text>
    );
  return (
    <Table aria-label="Other reports">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Type</Table.Th>
          <Table.Th visibleFrom="xs">What it tells</Table.Th>
          <Table.Th ta="right">Reports</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {others.map((other) => (
          <Table.Tr key={other.type}>
            <Table.Td>
              <code>{other.type}</code>
            </Table.Td>
            <Table.Td visibleFrom="xs" c="dimmed">
              {meaningOf(other.type)}
            </Table.Td>
            <Table.Td ta="right">{count(other.count)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const meaningOf = (type: string): string =>
  (Object.hasOwn(MEANINGS, type) && MEANINGS[type]) ||
  'A type that this console does not know; it is logged as it came.';
