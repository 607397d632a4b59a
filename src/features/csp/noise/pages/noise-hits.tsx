import { Skeleton, Text } from '@mantine/core';
import { count } from '#ui/values/counted.ts';

type Props = { hits: ReadonlyMap<string, number> | undefined; id: string };

/** How many reports a rule labelled lately; a blank while that is counted. */
export function NoiseHits({ hits, id }: Props) {
  if (!hits) return <Skeleton height={14} width={32} ml="auto" mt={3} />;
  const number = hits.get(id) ?? 0;
  return number > 0 ? count(number) : <Text c="dimmed">0</Text>;
}
