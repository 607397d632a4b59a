import type { Chore } from '#platform/chores.ts';
import { pruneSends } from './connectors/prune-sends.ts';

/** Everything that is done at times, with its times. */
export const chores: readonly Chore[] = [
  { name: 'prune-sends', cron: '*/15 * * * *', run: (platform) => pruneSends(platform) },
];
