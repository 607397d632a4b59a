'use client';

import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconTestPipe } from '@tabler/icons-react';
import { useSelfTest } from '#features/csp/groups/pages/use-self-test.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { duration } from '#ui/values/elapsed.ts';
import classes from './self-test.module.css';
import { SELF_TEST_SHAPES } from './self-test-shapes.ts';
import { type SelfTestResults, troublesOf, verdictOf } from './self-test-verdict.ts';

/** Sends every kind of report from this browser, and shows when each arrives in the log. */
export function SelfTest() {
  const { test, isRunning, start } = useSelfTest();
  const troubles = test?.isOver ? troublesOf(test.results) : [];
  return (
    <Stack gap="md">
      <Group gap="md">
        <Button leftSection={<IconTestPipe size={16} />} loading={isRunning} onClick={() => void start()}>
          {test ? 'Test again' : 'Run the self-test'}
        </Button>
        <span role="status">
          {test?.isOver && <Outcome failed={troubles.length > 0} results={test.results} />}
          {isRunning && `Sending ${SELF_TEST_SHAPES.length} reports as browsers do…`}
        </span>
      </Group>
      {troubles.map(({ title, advice }) => (
        <Notice key={title} tone="failure" title={title}>
          {advice}
        </Notice>
      ))}
      {test && (
        <>
          <SelfTestTable results={test.results} isOver={test.isOver} />
          {test.isOver && (
            <Text c="dimmed">
              These test reports are classified as noise, so groups and charts leave them out.{' '}
              <Anchor component={IntentLink} href={`${paths.cspStream}?q=${test.run}`}>
                See them in the stream
              </Anchor>
            </Text>
          )}
        </>
      )}
    </Stack>
  );
}

function Outcome({ failed, results }: { failed: boolean; results: SelfTestResults }) {
  if (failed) return <StateLabel tone="failure">Not everything arrived as it should</StateLabel>;
  const slowestMs = Math.max(...[...results.values()].map(({ afterMs }) => afterMs));
  return <StateLabel tone="success">Everything arrived, the slowest in {duration(slowestMs)}</StateLabel>;
}

/** One row per kind of report: its state, and its lines in the log. */
function SelfTestTable({ results, isOver }: { results: SelfTestResults; isOver: boolean }) {
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
                  // Two lines can have the same message, and lines are never removed.
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
