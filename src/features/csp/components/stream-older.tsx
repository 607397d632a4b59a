import { Button, Center, Text } from '@mantine/core';
import { count } from '#ui/counted.ts';
import { MOST_ROWS } from './tail-rows.ts';

type Props = {
  hasOlder: boolean;
  /** Whether the page shows as much as it keeps. */
  isFull: boolean;
  loading: boolean;
  onLoad: () => void;
};

/** Below the oldest line that is shown: the way to older ones. */
export function StreamOlder({ hasOlder, isFull, loading, onLoad }: Props) {
  return (
    <Center py="lg" px="md" mih={76}>
      {hasOlder && !isFull ? (
        <Button variant="default" loading={loading} onClick={onLoad}>
          Load older lines
        </Button>
      ) : (
        <Text c="dimmed" ta="center">
          {hasOlder
            ? `The page shows ${count(MOST_ROWS)} lines at most. Narrow them to see older ones.`
            : 'The log holds no older line of this kind.'}
        </Text>
      )}
    </Center>
  );
}
