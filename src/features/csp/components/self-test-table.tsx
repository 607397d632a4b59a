import { Table } from '@mantine/core';
import { StateLabel } from '#ui/state-label.tsx';
import classes from './self-test.module.css';
import { SELF_TEST_SHAPES } from './self-test-shapes.ts';
import { type SelfTestResults, verdictOf } from './self-test-verdict.ts';

/** One row a shape: how it fares, and what the log makes of it. */
export function SelfTestTable({ results, isOver }: { results: SelfTestResults; isOver: boolean }) {
  return (
    <Table aria-label="Self-test" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Report</Table.Th>
          <Table.Th className={classes.message ?? ''} visibleFrom="sm">
            In the log
          </Table.Th>
          <Table.Th className={classes.state ?? ''}>Arrived</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {SELF_TEST_SHAPES.map((shape) => {
          const result = results.get(shape.id);
          const { tone, words } = verdictOf(shape, result, isOver);
          return (
            <Table.Tr key={shape.id}>
              <Table.Td>
                {shape.name}
                <span className={classes.sender}>{shape.sender}</span>
              </Table.Td>
              <Table.Td className={classes.message ?? ''} visibleFrom="sm" c="dimmed">
                {result?.messages.map((message, index) => (
                  // Two lines may say the same, and none is ever taken away.
                  <span key={index}>{message}</span>
                ))}
              </Table.Td>
              <Table.Td>
                <StateLabel tone={tone}>{words}</StateLabel>
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
