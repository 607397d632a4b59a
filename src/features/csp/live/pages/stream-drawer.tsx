'use client';

import { Anchor, Drawer, Stack, Text } from '@mantine/core';
import { arrivalOfKey, keyOfId } from '#core/csp/report/line.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { LongText } from '#ui/values/long-text.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './stream-drawer.module.css';
import { LINE_KINDS } from './stream-kinds.ts';
import { type Fact, factsOf } from './stream-line-facts.ts';
import { StreamKind } from './stream-row.tsx';
import type { StreamLine } from './tail-rows.ts';

/** One line in full, always shown as plain text, because its content is untrusted. */
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
          ['Received', <RelativeTime key="came" at={new Date(arrivalOf(line)).toISOString()} />],
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
  <Anchor component={IntentLink} href={paths.cspGroup(id)}>
    All reports of this group
  </Anchor>
);

function Value({ fact: { name, value, isCode } }: { fact: Fact }) {
  if (value === null || value === '') return <span className={classes.none}>–</span>;
  return isCode ? <LongText value={value} what={name.toLowerCase()} /> : value;
}

/** When a line was received, in ms since 1970, which can be after the event happened. */
function arrivalOf({ id, at }: Pick<StreamLine, 'id' | 'at'>): number {
  const key = keyOfId(id);
  return key === null ? Date.parse(at) : Math.floor(arrivalOfKey(key));
}
