import { Stack, Text } from '@mantine/core';
import { Copyable } from '#ui/copyable.tsx';
import { Notice } from '#ui/notice.tsx';
import { NewSlot } from './new-slot.tsx';
import type { Source } from './source-words.ts';

/** What is wrong, what will be, and the statements that help. */
export function SourceNotices({ source }: { source: Source }) {
  const { problem, remedy, warnings, needs_new_slot } = source;
  if (!problem && warnings.length === 0) return null;
  return (
    <Stack gap="sm" mb="lg">
      {problem && (
        <Notice tone="failure" title="Changes make no events">
          <Text>{problem}</Text>
          {needs_new_slot ? <NewSlot source={source} /> : <Remedy statement={remedy} />}
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
