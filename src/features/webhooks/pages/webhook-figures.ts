import type { Outputs } from '#client/console-api.ts';
import { count } from '#ui/values/counted.ts';

type Stats = Outputs['webhooks']['get']['stats'];

/** "99.5 %". Never rounded up to 100 if something failed. */
export function successRate({ success_rate }: Pick<Stats, 'success_rate'>): string {
  if (success_rate === null) return '–';
  const percent = Math.floor(success_rate * 1000) / 10;
  return `${percent} %`;
}

/** The count has an upper limit: more than 10,000 is "10,000+". */
export const backlog = ({ backlog }: Pick<Stats, 'backlog'>): string => (backlog > 10_000 ? '10,000+' : count(backlog));
