import type { Outputs } from '#client/console-api.ts';
import { Duration } from '#ui/values/duration.tsx';
import classes from './waterfall.module.css';

type Durations = Outputs['webhooks']['test']['durations'];

type Part = { name: string; ms: number; start: number };

/** The phases of an attempt in order, without those that it didn't reach or didn't need. */
export function partsOf({ dns_ms, connect_ms, tls_ms, first_byte_ms, total_ms }: Durations): Part[] {
  const named: [string, number | null][] = [
    ['DNS', dns_ms],
    ['Connection', connect_ms],
    ['TLS', tls_ms],
    ['Response', first_byte_ms],
  ];
  const known = named.reduce((sum, [, ms]) => sum + Math.max(0, ms ?? 0), 0);
  let start = 0;
  return [...named, ['Body', total_ms - known] as const].flatMap(([name, given]) => {
    if (given === null) return [];
    // If the clock was set back, there is nothing to draw.
    const part = { name, ms: Math.max(0, given), start };
    start += part.ms;
    return [part];
  });
}

/**
 * How the time of an attempt was spent, with one bar per phase, each starting where the previous one ended. Time in the
 * queue is shown separately, because ten minutes of it would hide the milliseconds after.
 */
export function Waterfall({ durations }: { durations: Durations }) {
  const parts = partsOf(durations);
  const whole = Math.max(1, ...parts.map(({ start, ms }) => start + ms));
  return (
    <div>
      <table className={classes.root} aria-label="Durations">
        <tbody>
          {parts.map(({ name, ms, start }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className={classes.track} aria-hidden>
                <svg aria-hidden viewBox="0 0 100 8" preserveAspectRatio="none" className={classes.bar}>
                  <rect
                    x={Math.min(99.4, (100 * start) / whole)}
                    width={Math.max(0.6, (100 * ms) / whole)}
                    height="8"
                  />
                </svg>
              </td>
              <td className={classes.ms}>
                <Duration ms={ms} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            <td aria-hidden />
            <td className={classes.ms}>
              <Duration ms={durations.total_ms} />
            </td>
          </tr>
        </tfoot>
      </table>
      {durations.queue_ms > 0 && (
        <p className={classes.queued}>
          Queued for <Duration ms={durations.queue_ms} /> before it was sent.
        </p>
      )}
    </div>
  );
}
