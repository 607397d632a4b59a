import type { Outputs } from '#client/console-api.ts';

type Stats = Outputs['webhooks']['get']['stats'];

/** "99.5 %", never rounded up to 100 when something failed. */
export function successRate({ success_rate }: Pick<Stats, 'success_rate'>): string {
  if (success_rate === null) return '–';
  const percent = Math.floor(success_rate * 1000) / 10;
  return `${percent} %`;
}

/** "1.2 s" or "87 ms": how long nineteen of twenty attempts took at the most. */
export function p95({ p95_ms }: Pick<Stats, 'p95_ms'>): string {
  if (p95_ms === null) return '–';
  return p95_ms >= 1000 ? `${(p95_ms / 1000).toFixed(1)} s` : `${p95_ms} ms`;
}

/** The count is bounded: past 10,000 it says "10,000+". */
export const backlog = ({ backlog }: Pick<Stats, 'backlog'>): string =>
  backlog > 10_000 ? '10,000+' : backlog.toLocaleString('en');
