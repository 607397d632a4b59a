'use client';

import { Button } from '@mantine/core';
import { useMergedRef, useMounted, useResizeObserver } from '@mantine/hooks';
import { IconArrowUp } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { count } from '#ui/values/counted.ts';
import { StreamRow } from './stream-row.tsx';
import classes from './stream-table.module.css';
import type { StreamLine, TailRow } from './tail-rows.ts';

/** The same as in the style sheet. */
const ROW_HEIGHT = 36;

type Props = {
  rows: readonly TailRow[];
  settling: boolean;
  heldLines: number;
  onOpen: (line: StreamLine) => void;
  /** Called when somebody scrolls down or moves through the rows with the keyboard, and when they have finished. */
  onReading: (isReading: boolean) => void;
  onShowNew: () => void;
  /** Below the last row. */
  children: ReactNode;
};

/** The rows of the stream in a list that scrolls on its own. Only the visible rows are rendered. */
export function StreamTable({ rows, settling, heldLines, onOpen, onReading, onShowNew, children }: Props) {
  const { list, ref, first, end, seen, look, scrollTo } = useRowWindow(rows.length, ROW_HEIGHT);
  const isOwnZone = useMounted();
  const [isScrolled, setScrolled] = useState(false);
  const [isWalking, setWalking] = useState(false);
  const [activeId, setActiveId] = useState<string>();
  const focusNext = useRef<string>(undefined);
  const isReading = isScrolled || isWalking;
  useEffect(() => onReading(isReading), [isReading, onReading]);

  const activeIndex = Math.max(
    0,
    rows.findIndex(({ id }) => id === activeId),
  );
  const tabStop = activeIndex >= first && activeIndex < end ? activeIndex : first;

  useLayoutEffect(() => {
    if (!focusNext.current) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-line="${CSS.escape(focusNext.current)}"] button`);
    row?.focus({ preventScroll: true });
    if (row) focusNext.current = undefined;
  });

  const walk = (event: KeyboardEvent) => {
    const step = steps(seen)[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = nearestLine(rows, Math.min(rows.length - 1, Math.max(0, activeIndex + step)), Math.sign(step));
    const row = rows[next];
    if (!row) return;
    setActiveId(row.id);
    focusNext.current = row.id;
    const top = list.current?.scrollTop ?? 0;
    const [above, below] = [next * ROW_HEIGHT, (next + 3) * ROW_HEIGHT - seen * ROW_HEIGHT];
    scrollTo(Math.max(below, Math.min(above, top)));
  };

  const open = useCallback(
    (line: StreamLine) => {
      setActiveId(line.id);
      onOpen(line);
    },
    [onOpen],
  );

  return (
    <div className={classes.frame}>
      {heldLines > 0 && (
        <Button
          size="xs"
          radius="xl"
          className={classes.new ?? ''}
          leftSection={<IconArrowUp size={14} />}
          onClick={() => {
            scrollTo(0);
            setWalking(false);
            onShowNew();
          }}
        >
          Show {count(heldLines)} new
        </Button>
      )}
      <div
        ref={ref}
        className={classes.scroll}
        onScroll={(event) => {
          look(event.currentTarget.scrollTop);
          setScrolled(event.currentTarget.scrollTop > 0);
        }}
      >
        <table
          className={classes.table}
          aria-label="Lines of the log stream"
          aria-rowcount={rows.length + 1}
          aria-busy={settling}
          style={{ opacity: settling ? 0.6 : 1 }}
        >
          <thead>
            <tr aria-rowindex={1}>
              <th className={classes.time}>When</th>
              <th className={classes.kind}>
                <span className={classes.word}>Kind</span>
              </th>
              <th>What</th>
              <th className={classes.page}>Page</th>
              <th className={classes.browser}>Browser</th>
            </tr>
          </thead>
          <tbody
            onKeyDown={walk}
            onFocus={(event) => setWalking(event.target.matches(':focus-visible'))}
            onBlur={() => setWalking(false)}
          >
            <Space rows={first} />
            {rows.slice(first, end).map((row, index) => (
              <StreamRow
                key={row.id}
                row={row}
                position={first + index + 2}
                isTabStop={first + index === tabStop}
                isOwnZone={isOwnZone}
                onOpen={open}
              />
            ))}
            <Space rows={rows.length - end} />
          </tbody>
        </table>
        {children}
      </div>
    </div>
  );
}

/** Takes the space of rows that aren't rendered. */
const Space = ({ rows }: { rows: number }) => rows > 0 && <tr aria-hidden style={{ height: rows * ROW_HEIGHT }} />;

const steps = (seen: number): Record<string, number> => ({
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: seen,
  PageUp: -seen,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
});

/** The index of the nearest row that can be opened, which skips rows for omitted lines. */
function nearestLine(rows: readonly TailRow[], from: number, direction: number): number {
  for (let index = from; rows[index]; index += direction || 1) if (rows[index]?.kind !== 'skipped') return index;
  return rows.findIndex(({ kind }) => kind !== 'skipped');
}

/** How many more rows than the visible ones are rendered above and below, for fast scrolling. */
const SPARE_ROWS = 12;
/** Used until the browser has measured the height of the list. */
const FIRST_ROWS = 40;

/** Which rows of a long list are rendered: the visible ones and some around them. All rows have the same height. */
function useRowWindow(count: number, rowHeight: number) {
  const list = useRef<HTMLDivElement>(null);
  const [measured, { height }] = useResizeObserver<HTMLDivElement>();
  const ref = useMergedRef(list, measured);
  const [top, setTop] = useState(0);
  const seen = height > 0 ? Math.ceil(height / rowHeight) : FIRST_ROWS;
  // In steps, so that most scrolling renders no rows again.
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
