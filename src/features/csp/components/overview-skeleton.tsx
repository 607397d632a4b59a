import { Skeleton } from '@mantine/core';
import { ListSkeleton } from '#ui/skeletons.tsx';

/** The overview while it is on its way. */
export function OverviewSkeleton() {
  return (
    <>
      <Skeleton height={14} width={220} mt={4} mb={36} />
      <Skeleton height={14} width={120} mb={24} />
      <Skeleton height={200} mb={36} />
      <ListSkeleton />
    </>
  );
}
