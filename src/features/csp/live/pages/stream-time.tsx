import classes from './stream-table.module.css';
import type { StreamLine } from './tail-rows.ts';

const day: Intl.DateTimeFormatOptions = { day: '2-digit', month: 'short' };
const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
const formats = (timeZone: string | undefined) =>
  [day, clock].map((parts) => new Intl.DateTimeFormat('en-GB', { ...parts, timeZone }));
const own = formats(undefined);
const utc = formats('UTC');

/** When the event of a line happened, to the second. */
export function StreamTime({ at, isOwnZone }: Pick<StreamLine, 'at'> & { isOwnZone: boolean }) {
  const [date, time] = (isOwnZone ? own : utc).map((format) => format.format(Date.parse(at)));
  return (
    <time dateTime={at}>
      <span className={classes.date}>{date} </span>
      {time}
    </time>
  );
}
