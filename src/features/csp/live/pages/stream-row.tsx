import { memo } from 'react';
import marks from '#features/csp/groups/pages/group-marks.module.css';
import rowLink from '#ui/lists/row-link.module.css';
import { count } from '#ui/values/counted.ts';
import kindClasses from './stream-kind.module.css';
import { LINE_KINDS, OUTCOMES } from './stream-kinds.ts';
import classes from './stream-table.module.css';
import type { StreamLine, TailRow } from './tail-rows.ts';

type Props = {
  row: TailRow;
  /** Starts at 1, which is the table's header. */
  position: number;
  /** The Tab key reaches only one row; the arrow keys move to the others. */
  isTabStop: boolean;
  /** Whether times are in the browser's time zone, which the server doesn't know. */
  isOwnZone: boolean;
  onOpen: (line: StreamLine) => void;
};

/** One line of the stream. Clicking the row opens it. */
export const StreamRow = memo(function StreamRow({ row, position, isTabStop, isOwnZone, onOpen }: Props) {
  if (row.kind === 'skipped') {
    return (
      <tr aria-rowindex={position}>
        <td colSpan={5} className={classes.dim}>
          {count(row.skipped)} lines arrived faster than this page could show them. They are in the log.
        </td>
      </tr>
    );
  }
  return (
    <tr aria-rowindex={position} className={classes.row} data-line={row.id}>
      <td className={classes.time}>
        <button
          type="button"
          className={`${rowLink.target} ${classes.open}`}
          tabIndex={isTabStop ? 0 : -1}
          onClick={() => onOpen(row)}
        >
          <StreamTime at={row.at} isOwnZone={isOwnZone} />
        </button>
      </td>
      <td className={classes.kind}>
        <StreamKind line={row} mayShrink />
      </td>
      <td>
        <What line={row} />
      </td>
      <td className={classes.page}>
        <span className={classes.dim}>{row.violation?.document?.replace(/^https?:\/\//, '')}</span>
      </td>
      <td className={classes.browser}>
        <span className={classes.dim}>{row.violation?.browser}</span>
      </td>
    </tr>
  );
});

/** What was blocked, or the message of other kinds of lines. */
function What({ line: { violation, message } }: { line: StreamLine }) {
  if (!violation) return <>{message}</>;
  const { directive, blocked, blocked_kind, sample, noise } = violation;
  return (
    <>
      <span className={classes.directive}>{directive || 'No directive'}</span>
      <code className={classes.blocked}>{(blocked_kind === 'host' ? blocked : sample) || blocked || blocked_kind}</code>
      {noise && <span className={marks.mark}>Noise</span>}
    </>
  );
}

const day: Intl.DateTimeFormatOptions = { day: '2-digit', month: 'short' };
const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
const formats = (timeZone: string | undefined) =>
  [day, clock].map((parts) => new Intl.DateTimeFormat('en-GB', { ...parts, timeZone }));
const own = formats(undefined);
const utc = formats('UTC');

/** The time of a line, to the second. */
function StreamTime({ at, isOwnZone }: Pick<StreamLine, 'at'> & { isOwnZone: boolean }) {
  const [date, time] = (isOwnZone ? own : utc).map((format) => format.format(Date.parse(at)));
  return (
    <time dateTime={at}>
      <span className={classes.date}>{date} </span>
      {time}
    </time>
  );
}

type StreamKindProps = {
  line: Pick<StreamLine, 'kind' | 'violation'>;
  /** Whether the label is hidden on narrow screens. Screen readers still read it. */
  mayShrink?: boolean;
};

/** A line's kind as an icon and a label. For violations, whether it was blocked. */
export function StreamKind({ line: { kind, violation }, mayShrink = false }: StreamKindProps) {
  const { icon: Icon, tone, label } = (violation?.disposition && OUTCOMES[violation.disposition]) ?? LINE_KINDS[kind];
  return (
    <span className={kindClasses.root} data-tone={tone}>
      <Icon size={15} className={kindClasses.icon} aria-hidden />
      <span data-shrinks={mayShrink} className={kindClasses.word}>
        {label}
      </span>
    </span>
  );
}
