import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

const DAY_MS = 86_400_000;
const BATCH = 5_000;

/** One day of one of the partitioned tables. */
type DayPartition = { table: 'event' | 'delivery' | 'attempt'; name: string; from: Date; to: Date };

/** @param name such as `event_20261130`. */
export function dayPartition(name: string): DayPartition {
  const [table, day = ''] = name.split('_') as [DayPartition['table'], string?];
  const from = new Date(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
  return { table, name, from, to: new Date(from.getTime() + DAY_MS) };
}

/** A time as a literal: statements with partition bounds are planned with them. */
const at = (time: Date) => `timestamptz '${time.toISOString()}'`;
const idAt = (time: Date) => `uuid_from_time(${at(time)})`;

/** What of a day is needed: whether anything is, and the condition for one of its rows `r`. */
function needOf({ table, from, to }: DayPartition, endedSince: Date): { any: string; row: string } {
  // A publish across midnight gives its deliveries the day after its event's.
  const dayAfter = new Date(to.getTime() + DAY_MS);
  const within = (column: string, end = to) => `${column} >= ${idAt(from)} and ${column} < ${idAt(end)}`;
  const endedLately = `ended_at >= ${at(endedSince)}`;
  // The end of a pending delivery is recorded in the day of its id; what a pause held and has ended lately stays there.
  if (table === 'delivery')
    return {
      any: `exists (select from delivery_pending where ${within('id')})
        or exists (select from "public".delivery where ${within('id')} and ${endedLately})`,
      row: `r.${endedLately}`,
    };
  return {
    any: `exists (select from delivery_pending where ${within('event_id')})
      or exists (select from "public".delivery
        where ${within('id', dayAfter)} and ${within('event_id')} and ${endedLately})`,
    row: `exists (select from delivery_pending p where p.event_id = r.id)
      or exists (select from "public".delivery d
        where d.event_id = r.id and ${within('d.id', dayAfter)} and d.${endedLately})`,
  };
}

const answers = z.array(z.object({ kept: z.boolean() }));

/** Whether a day that is older than the retention must stay, because something pending needs it. */
export async function isNeeded(
  query: (sql: string) => Promise<unknown>,
  day: DayPartition,
  endedSince: Date,
): Promise<boolean> {
  if (day.table === 'attempt') return false; // An attempt's id is of its own time: no old day gets a new one.
  return answers.parse(await query(`select ${needOf(day, endedSince).any} as kept`))[0]?.kept ?? false;
}

/** Deletes the other rows of a day that stays, in batches, so that a pause keeps nothing but what it holds. */
export async function deleteUnneeded({ pool }: Platform, day: DayPartition, endedSince: Date): Promise<void> {
  const unneeded = `with page as (select id from "partition"."${day.name}" where id > $1 order by id limit ${BATCH}),
    gone as (delete from "partition"."${day.name}" r using page
      where r.id = page.id and not (${needOf(day, endedSince).row}))
    select id::text as id from page order by page.id desc limit 1`;
  let after: string | undefined = '00000000-0000-0000-0000-000000000000';
  while (after) after = lastOf.parse((await pool.query(unneeded, [after])).rows)[0]?.id;
}

const lastOf = z.array(z.object({ id: z.string() }));
