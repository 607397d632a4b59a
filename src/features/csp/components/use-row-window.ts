'use client';

import { useMergedRef, useResizeObserver } from '@mantine/hooks';
import { useRef, useState } from 'react';

/** As many rows more than are seen are there above and below, for whoever scrolls fast. */
const SPARE_ROWS = 12;
/** Until the browser has told how high the list is. */
const FIRST_ROWS = 40;

/** Which rows of a long list are made: those that are seen, and some around them. All rows have one height. */
export function useRowWindow(count: number, rowHeight: number) {
  const list = useRef<HTMLDivElement>(null);
  const [measured, { height }] = useResizeObserver<HTMLDivElement>();
  const ref = useMergedRef(list, measured);
  const [top, setTop] = useState(0);
  const seen = height > 0 ? Math.ceil(height / rowHeight) : FIRST_ROWS;
  // In steps, so that most scrolling makes no row anew.
  const first = Math.max(0, Math.min(top, count - seen) - SPARE_ROWS);
  const end = Math.min(count, first + seen + 2 * SPARE_ROWS);

  const look = (scrollTop: number) => {
    const row = Math.floor(scrollTop / rowHeight);
    setTop(row - (row % (SPARE_ROWS / 2)));
  };

  const scrollTo = (top: number) => {
    list.current?.scrollTo({ top });
    look(list.current?.scrollTop ?? 0);
  };

  return { list, ref, first, end, seen, look, scrollTo };
}
