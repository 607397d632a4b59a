import type { Outputs } from '#client/console-api.ts';
import classes from './waterfall.module.css';

type Durations = Outputs['webhooks']['test']['durations'];

/** The parts of an attempt in their order; what it did not come to, or found done, is left out. */
function partsOf({ queue_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, total_ms }: Durations) {
  const known = (dns_ms ?? 0) + (connect_ms ?? 0) + (tls_ms ?? 0) + (first_byte_ms ?? 0);
  return [
    { name: 'Waited', ms: queue_ms },
    { name: 'DNS', ms: dns_ms },
    { name: 'Connection', ms: connect_ms },
    { name: 'TLS', ms: tls_ms },
    { name: 'Answer', ms: first_byte_ms },
    { name: 'Body', ms: Math.max(0, total_ms - known) },
  ]
    .filter((part): part is { name: string; ms: number } => part.ms !== null)
    .map((part, index, parts) => ({ ...part, start: parts.slice(0, index).reduce((sum, { ms }) => sum + ms, 0) }));
}

/** Where the time of an attempt went, one bar a part, each beginning where the one before ended. */
export function Waterfall({ durations }: { durations: Durations }) {
  const parts = partsOf(durations);
  const whole = Math.max(
    1,
    parts.reduce((sum, { ms }) => sum + ms, 0),
  );
  return (
    <table className={classes.root} aria-label="Durations">
      <tbody>
        {parts.map(({ name, ms, start }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className={classes.track} aria-hidden>
              <svg aria-hidden viewBox="0 0 100 8" preserveAspectRatio="none" className={classes.bar}>
                <rect x={(100 * start) / whole} width={Math.max(0.6, (100 * ms) / whole)} height="8" />
              </svg>
            </td>
            <td className={classes.ms}>{ms.toLocaleString('en')} ms</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
