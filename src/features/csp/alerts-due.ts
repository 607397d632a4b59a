import { usualBeforeSpike } from '#core/csp-spike.ts';
import type { ToldGroup } from './alert-message.ts';
import type { AlertSettings } from './alert-settings.ts';
import type { SeenGroup } from './seen-groups.ts';

export type Seen = {
  /** Neither noise nor muted. */
  groups: readonly SeenGroup[];
  /** Which of them nobody had seen before. */
  fresh: ReadonlySet<string>;
  /** What the same hour had on the days before, of those that could be a spike. */
  sameHours: ReadonlyMap<string, readonly number[]>;
};

/** What there is to tell of the groups, the most frequent first: what is new is told as new. */
export function alertsDue(
  { groups, fresh, sameHours }: Seen,
  { new_groups, spikes, spike_factor, spike_minimum }: AlertSettings,
): ToldGroup[] {
  const rule = { factor: spike_factor, minimum: spike_minimum };
  return groups
    .flatMap(({ count, recent, ...group }): ToldGroup[] => {
      if (fresh.has(group.id)) return new_groups ? [{ ...group, reason: 'new', count: recent, usual: null }] : [];
      const usual = spikes ? usualBeforeSpike({ now: count, before: sameHours.get(group.id) ?? [] }, rule) : null;
      return usual === null ? [] : [{ ...group, reason: 'spike', count, usual }];
    })
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}
