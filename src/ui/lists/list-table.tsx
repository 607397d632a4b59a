'use client';

import { Button, Center, Table, Text } from '@mantine/core';
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { Fragment, type ReactNode, type Ref, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** As many rows as this are made above and below what is seen, for whoever scrolls fast or searches in the page. */
const SPARE_ROWS = 15;
/** Until the browser has told how high it is. */
const FIRST_VIEW = { width: 0, height: 900 };

const useLayout = typeof document === 'undefined' ? useEffect : useLayoutEffect;

export type ListRows<Row extends { id: string }> = {
  rows: Row[] | undefined;
  /** Whether other rows are on their way. */
  isSettling?: boolean;
  hasMore?: boolean;
  isLoadingMore?: boolean;
  loadMore?: () => void;
  loads?: 'on scroll' | 'on demand';
  error?: unknown;
  /** Hears which rows are in view, by their index. */
  onRange?: (range: { first: number; last: number }) => void;
};

/** What a row's `tr` takes: where it stands in the whole list, and how its height is learned. */
export type RowPlace = { ref: Ref<HTMLTableRowElement>; 'data-index': number; 'aria-rowindex': number };

type Props<Row extends { id: string }> = {
  label: string;
  list: ListRows<Row>;
  /** The `th`s. */
  head: ReactNode;
  /** Of most rows, in pixels: others are measured. */
  rowHeight?: number;
  /** A row, whose `tr` takes the place. */
  children: (row: Row, place: RowPlace) => ReactNode;
};

/**
 * A table of any length in a page that scrolls: only the rows in view and some around them are made. The row that has
 * the focus stays, so that the keyboard's place is not lost.
 */
export function ListTable<Row extends { id: string }>({ label, list, head, rowHeight = 49, children }: Props<Row>) {
  const { rows = [], isSettling = false, hasMore = false, onRange } = list;
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  const [focusedId, setFocusedId] = useState<string>();
  useLayout(() => {
    const box = body.current?.getBoundingClientRect();
    // What stands above may have grown; less than a pixel is the browser's rounding.
    if (box) setTop((known) => (Math.abs(known - box.top - scrollY) < 1 ? known : box.top + scrollY));
  });
  // oxlint-disable-next-line react/incompatible-library -- its functions are called while rendering, and none is handed on
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: SPARE_ROWS,
    initialRect: FIRST_VIEW,
    scrollMargin: top,
    useFlushSync: false,
    rangeExtractor(range) {
      const made = defaultRangeExtractor(range);
      const focused = focusedId === undefined ? -1 : rows.findIndex(({ id }) => id === focusedId);
      return focused < 0 || made.includes(focused) ? made : [...made, focused].sort((one, other) => one - other);
    },
  });
  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? 0;
  useEffect(() => onRange?.({ first, last }), [onRange, first, last]);

  let end = top;
  const made = virtual.getVirtualItems().flatMap(({ index, start, end: itsEnd }) => {
    const row = rows[index];
    if (!row) return [];
    const gap = start - end;
    end = itsEnd;
    const place = { ref: virtual.measureElement, 'data-index': index, 'aria-rowindex': index + 2 };
    return [
      <Fragment key={row.id}>
        {gap > 0 && <Gap height={gap} />}
        {children(row, place)}
      </Fragment>,
    ];
  });
  const below = virtual.getTotalSize() + top - end;
  return (
    <>
      <Table
        aria-label={label}
        // The table's head is a row; how many are not loaded yet, nobody knows.
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        layout="fixed"
        aria-busy={isSettling}
        opacity={isSettling ? 0.6 : 1}
      >
        <Table.Thead>
          <Table.Tr>{head}</Table.Tr>
        </Table.Thead>
        <Table.Tbody
          ref={body}
          onFocus={({ target }) => {
            const index = target.closest('tr')?.dataset.index;
            setFocusedId(index === undefined ? undefined : rows[Number(index)]?.id);
          }}
          onBlur={() => setFocusedId(undefined)}
        >
          {made}
          {below > 0 && <Gap height={below} />}
        </Table.Tbody>
      </Table>
      <More list={list} />
    </>
  );
}

/** Rows that are not made. */
const Gap = ({ height }: { height: number }) => <tr aria-hidden style={{ height }} />;

function More({
  list: { hasMore, isLoadingMore = false, loadMore, loads, error },
}: {
  list: Pick<ListRows<{ id: string }>, 'hasMore' | 'isLoadingMore' | 'loadMore' | 'loads' | 'error'>;
}) {
  if (!hasMore) return null;
  if (loads === 'on scroll' && !error)
    return (
      <Center mt="lg" mih={36}>
        <Text c="dimmed" role="status">
          {isLoadingMore ? 'Loading more…' : ''}
        </Text>
      </Center>
    );
  return (
    <Center mt="lg">
      <Button variant="default" loading={isLoadingMore} onClick={loadMore}>
        {error ? 'Try again to load more' : 'Load more'}
      </Button>
    </Center>
  );
}
