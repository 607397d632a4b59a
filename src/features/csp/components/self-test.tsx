'use client';

import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconTestPipe } from '@tabler/icons-react';
import Link from 'next/link';
import { duration } from '#ui/elapsed.ts';
import { Notice } from '#ui/notice.tsx';
import { paths } from '#ui/paths.ts';
import { StateLabel } from '#ui/state-label.tsx';
import { SELF_TEST_SHAPES } from './self-test-shapes.ts';
import { SelfTestTable } from './self-test-table.tsx';
import { type SelfTestResults, troublesOf } from './self-test-verdict.ts';
import { useSelfTest } from './use-self-test.ts';

/** Sends a report of every shape from this browser, and shows each come into the log. */
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
              These reports are made up and labelled as noise, so that groups and charts leave them out.{' '}
              <Anchor component={Link} href={`${paths.cspStream}?q=${test.run}`}>
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
