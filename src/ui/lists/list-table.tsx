'use client';

import { Button, Center, type MantineBreakpoint, Table, type TableThProps, Text, VisuallyHidden } from '@mantine/core';
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { Fragment, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import classes from './list-table.module.css';
import rowLink from './row-link.module.css';

/** As many rows as this are made above and below what is seen, for whoever scrolls fast or searches in the page. */
const SPARE_ROWS = 15;
/** Used until the browser has measured its height. */
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

export type Column<Row> = {
  title: string;
  /** Whether only screen readers read the title: of a column of buttons. */
  isTitleHidden?: boolean;
  /** In pixels, or as CSS; without, what the other columns leave. */
  width?: TableThProps['w'];
  /** The narrowest screen that shows it; without, every screen does. */
  from?: MantineBreakpoint;
  /** Right is for numbers, durations, times, and buttons. */
  align?: 'right';
  /** Whether it is read after the other columns. */
  isDimmed?: boolean;
  /** Whether its text stays on one line, with digits of one width. */
  isFigure?: boolean;
  render: (row: Row) => ReactNode;
};

type Props<Row extends { id: string }> = {
  label: string;
  list: ListRows<Row>;
  /** Where a whole row opens something, one cell holds a `RowLink` or a `RowButton`. */
  columns: readonly Column<Row>[];
  /** Of most rows, in pixels: others are measured. */
  rowHeight?: number;
  /** Whether rows are one line of 40 pixels, for long lists that are read all day. */
  isDense?: boolean;
  /** The row whose details are open. */
  currentId?: string | undefined;
};

/**
 * A table of any length in a page that scrolls: only the rows in view and some around them are made. The row that has
 * the focus stays, so that the keyboard's place is not lost.
 */
export function ListTable<Row extends { id: string }>({
  label,
  list,
  columns,
  isDense = false,
  rowHeight = isDense ? 40 : 49,
  currentId,
}: Props<Row>) {
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
    return [
      <Fragment key={row.id}>
        {gap > 0 && <Gap height={gap} />}
        <Table.Tr
          ref={virtual.measureElement}
          data-index={index}
          aria-rowindex={index + 2}
          className={rowLink.row}
          {...(row.id === currentId && { 'data-current': true, 'aria-current': true })}
        >
          {columns.map((column) => (
            <Cell key={column.title} column={column}>
              {column.render(row)}
            </Cell>
          ))}
        </Table.Tr>
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
        {...(isDense && { className: classes.dense ?? '' })}
        aria-busy={isSettling}
        opacity={isSettling ? 0.6 : 1}
      >
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Head key={column.title} column={column} />
            ))}
          </Table.Tr>
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

type Shown = Pick<Column<never>, 'title' | 'isTitleHidden' | 'width' | 'from' | 'align' | 'isDimmed' | 'isFigure'>;

/** What Mantine takes for a column: none of its properties may be present and undefined. */
const look = ({ from, align }: Shown) => ({ ...(from && { visibleFrom: from }), ...(align && { ta: align }) });

function Head({ column }: { column: Shown }) {
  const { title, isTitleHidden, width } = column;
  return (
    <Table.Th {...look(column)} {...(width !== undefined && { w: width })}>
      {isTitleHidden ? <VisuallyHidden>{title}</VisuallyHidden> : title}
    </Table.Th>
  );
}

function Cell({ column, children }: { column: Shown; children: ReactNode }) {
  const { isDimmed, isFigure } = column;
  return (
    <Table.Td
      {...look(column)}
      {...(isDimmed && { c: 'dimmed' })}
      {...(isFigure && { className: classes.figure ?? '' })}
    >
      {children}
    </Table.Td>
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
