'use client';

import { Table, Text } from '@mantine/core';
import classes from './noise.module.css';
import { NoiseHits } from './noise-hits.tsx';
import type { NoiseRule } from './noise-page.tsx';
import { NoiseParts } from './noise-parts.tsx';

type Props = { rules: readonly NoiseRule[]; hits: ReadonlyMap<string, number> | undefined };

/** One row a rule that comes with the console: why it is noise, where that was learned, and when it is not. */
export function NoiseBuiltInRules({ rules, hits }: Props) {
  return (
    <Table aria-label="Built-in rules" className={classes.table ?? ''}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Rule</Table.Th>
          <Table.Th visibleFrom="md" w="32%">
            Learned from
          </Table.Th>
          <Table.Th ta="right">Reports in 7 days</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rules.map((rule) => (
          <Table.Tr key={rule.id}>
            <Table.Td className={classes.name ?? ''}>
              <strong>{rule.name}</strong>
              <Text>{rule.reason}</Text>
              {rule.legitimate && <p className={classes.hint}>May be meant: {rule.legitimate}</p>}
              <NoiseParts rule={rule} />
            </Table.Td>
            <Table.Td visibleFrom="md" className={classes.words ?? ''}>
              <Text c="dimmed">{rule.source}</Text>
            </Table.Td>
            <Table.Td ta="right">
              <NoiseHits hits={hits} id={rule.id} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
