import { type Change, type ChangeMapping, mapChange } from '#core/sources/change-mapping.ts';
import type { ChangeEvent } from './apply-changes.ts';

/** Returns a function that applies the mappings of its table to a change. */
export function createMapper(mappings: readonly ChangeMapping[]) {
  const byTable = Map.groupBy(mappings, ({ table }) => table);
  return (change: Change) => {
    const { table } = change;
    const events: Omit<ChangeEvent, 'occurred_at'>[] = [];
    const refusals: string[] = [];
    for (const mapping of byTable.get(change.table) ?? []) {
      const mapped = mapChange(mapping, change);
      if (mapped.is === 'event') events.push({ ...mapped, table });
      else if (mapped.is === 'impossible') refusals.push(mapped.reason);
    }
    return { events, refusals };
  };
}
