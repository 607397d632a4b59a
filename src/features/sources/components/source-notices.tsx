import { Stack, Text } from '@mantine/core';
import { Copyable } from '#ui/copyable.tsx';
import { Notice } from '#ui/notice.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import type { Source } from './source-words.ts';

/** What is wrong, what will be, and the statements that help. */
export function SourceNotices({ source: { problem, remedy, warnings, gap_at } }: { source: Source }) {
  if (!problem && warnings.length === 0 && !gap_at) return null;
  return (
    <Stack gap="sm" mb="lg">
      {problem && (
        <Notice tone="failure" title="Changes make no events">
          <Text>{problem}</Text>
          <Remedy statement={remedy} />
        </Notice>
      )}
      {gap_at && (
        <Notice title="Changes may be missing">
          The slot was lost and made anew <RelativeTime at={gap_at} />: what changed between the last event before and
          that time made no events.
        </Notice>
      )}
      {warnings.map(({ message, remedy: statement }) => (
        <Notice key={message}>
          <Text>{message}</Text>
          <Remedy statement={statement} />
        </Notice>
      ))}
    </Stack>
  );
}

function Remedy({ statement }: { statement: string | null }) {
  if (!statement) return null;
  return (
    <>
      <Text c="dimmed">Run this on the source:</Text>
      <Copyable value={statement} what="statement" />
    </>
  );
}
