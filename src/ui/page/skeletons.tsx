import { Skeleton } from '@mantine/core';
import classes from './skeletons.module.css';

/** Rows of a list that is on its way. */
export function ListSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // the rows are all alike and never move
        <div key={row} className={classes.row}>
          <Skeleton height={14} width={`${30 - (row % 3) * 6}%`} />
          <Skeleton height={14} width="12%" />
          <Skeleton height={14} width="18%" />
        </div>
      ))}
    </div>
  );
}

/** A page that is on its way: its title and a list. */
export function PageSkeleton() {
  return (
    <div>
      <Skeleton height={22} width={180} mt={3} mb={12} />
      <Skeleton height={14} width={320} mb={36} maw="100%" />
      <ListSkeleton />
    </div>
  );
}
