'use client';

import { Anchor, Drawer, Stack, Text } from '@mantine/core';
import Link from 'next/link';
import { BodyViewer } from '#ui/body-viewer.tsx';
import { Copyable } from '#ui/copyable.tsx';
import { Facts } from '#ui/facts.tsx';
import { LongText } from '#ui/long-text.tsx';
import { paths } from '#ui/paths.ts';
import { RelativeTime } from '#ui/relative-time.tsx';
import { arrivalOf } from './stream-arrival.ts';
import classes from './stream-drawer.module.css';
import { StreamKind } from './stream-kind.tsx';
import { LINE_KINDS } from './stream-kinds.ts';
import { type Fact, factsOf } from './stream-line-facts.ts';
import type { StreamLine } from './tail-rows.ts';

/** One line in full, as text: what browsers and pages wrote is nobody's instruction to ours. */
export function StreamDrawer({ line, onClose }: { line: StreamLine | undefined; onClose: () => void }) {
  return (
    <Drawer opened={line !== undefined} onClose={onClose} title="Line of the log stream">
      {line && <StreamLineDetail line={line} />}
    </Drawer>
  );
}

function StreamLineDetail({ line }: { line: StreamLine }) {
  const { id, at, kind, message, violation, raw } = line;
  return (
    <Stack gap="xl">
      <div>
        <StreamKind line={line} />
        <Text fw={500} mt={6} className={classes.message ?? ''}>
          {message}
        </Text>
        <Text c="dimmed">{LINE_KINDS[kind].meaning}</Text>
      </div>
      <Facts
        items={[
          ...factsOf(line).map((fact): [string, React.ReactNode] => [fact.name, <Value key={fact.name} fact={fact} />]),
          ['Happened', <RelativeTime key="at" at={at} />],
          ['Came', <RelativeTime key="came" at={new Date(arrivalOf(line)).toISOString()} />],
          ...(violation
            ? [['Group', <GroupLink key="group" id={violation.group} />] as [string, React.ReactNode]]
            : []),
          ['Line id', <Copyable key="id" value={id} what="line id" />],
        ]}
      />
      <details className={classes.raw}>
        <summary>Raw line</summary>
        <BodyViewer label="Raw line" body={raw} />
      </details>
    </Stack>
  );
}

const GroupLink = ({ id }: { id: string }) => (
  <Anchor component={Link} href={paths.cspGroup(id)}>
    All reports of this group
  </Anchor>
);

function Value({ fact: { name, value, isCode } }: { fact: Fact }) {
  if (value === null || value === '') return <span className={classes.none}>–</span>;
  return isCode ? <LongText value={value} what={name.toLowerCase()} /> : value;
}
