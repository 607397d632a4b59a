import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { type Change, mapChange, operationMember } from '#core/sources/change-mapping.ts';
import type { Platform } from '#platform/scope.ts';
import type { KeyedMapping } from '../own-mappings.ts';
import type { ChangeEvent } from './apply-changes.ts';
import { type RowRange, readRows } from './read-rows.ts';
import { SourceProblem } from './source-problem.ts';

/** An event that a row creates for a gap. */
export type Candidate = ChangeEvent & { mapping: string; hash: string };

/** The events of a batch of rows. `known`: how many rows already have an event for their current state. */
export type Scanned = { rows: number; candidates: Candidate[]; known: number; refusals: string[] };

const BATCH = 500;
/** How many events since the start of a gap are compared with the rows of its table. */
const MOST_KNOWN = 500_000;
/** Clocks of the source and of the console may differ, and an event is stored some time after its change. */
const CLOCK_SLACK_MS = 3_600_000;

const knownEvents = z.array(z.object({ hash: z.string(), count: z.coerce.number() }));

/** The lowest UUIDv7 of a point in time. */
function idFrom(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/**
 * The events that the stream has created from the table since the gap began, by organization and data. A row whose current
 * state is among them is not missing. The operation is left out, because a row doesn't show how it came about.
 */
async function readKnown(platform: Platform, { mapping }: KeyedMapping, since: Date | null, member: string) {
  const { rows } = await platform.pool.query(
    `select organization_id || ' ' || md5(((body::jsonb -> 'data') - $3::text)::text) as hash, count(*) as count
     from event where event_type = $1 and origin = 'source' and id >= $2 and body is not null
     group by 1 limit ${MOST_KNOWN + 1}`,
    [mapping.event_type, idFrom(new Date((since?.getTime() ?? 0) - CLOCK_SLACK_MS)), member],
  );
  if (rows.length > MOST_KNOWN)
    throw new SourceProblem(`There are more than ${MOST_KNOWN} events of ${mapping.event_type} since the gap began.`);
  return new Map(knownEvents.parse(rows).map(({ hash, count }) => [hash, count]));
}

async function hashesOf(platform: Platform, members: readonly { member: string; data: string }[]): Promise<string[]> {
  const { rows } = await platform.pool.query<{ hash: string }>(
    `select md5((e.data::jsonb - e.member)::text) as hash
     from rows from (json_to_recordset($1::json) as (member text, data text)) with ordinality
       as e(member, data, position) order by position`,
    [JSON.stringify(members)],
  );
  return rows.map(({ hash }) => hash);
}

/**
 * Reads a range of a table and maps its rows as they are now. The change that created each state is unknown: rows count
 * as updated if the mapping includes updates, and otherwise as inserted. Deleted rows create nothing.
 * @param since when the gap began; null if that is unknown.
 * @param onRead awaited after the rows were read and before events are compared.
 */
export async function* scanGap(
  platform: Platform,
  client: pg.Client,
  table: string,
  mappings: readonly KeyedMapping[],
  range: RowRange | null,
  { since, most, now, onRead }: { since: Date | null; most: number; now: Date; onRead?: () => Promise<void> },
): AsyncGenerator<Scanned> {
  const known = new Map<string, Map<string, number>>();
  for await (const rows of readRows(client, table, range, { most, batch: BATCH })) {
    const refusals: string[] = [];
    const made: (Candidate & { member: string })[] = [];
    for (const row of rows)
      for (const { key, mapping } of mappings) {
        const operation = mapping.operations.includes('update') ? 'update' : 'insert';
        const mapped = mapChange(mapping, { ...row, operation });
        if (mapped.is === 'impossible') refusals.push(mapped.reason);
        if (mapped.is !== 'event') continue;
        const { is: _, ...event } = mapped;
        const hash = createHash('sha256')
          .update(`${table} ${JSON.stringify(row.row)}`)
          .digest('hex');
        const occurred_at = timeOf(row, range) ?? now.toISOString();
        made.push({ ...event, table, mapping: key, hash, occurred_at, member: operationMember(mapping, row) });
      }
    if (known.size === 0) await onRead?.();
    for (const one of mappings)
      if (!known.has(one.key) && rows[0])
        known.set(one.key, await readKnown(platform, one, since, operationMember(one.mapping, rows[0])));
    const hashes = await hashesOf(
      platform,
      made.map(({ member, bare_data }) => ({ member, data: bare_data })),
    );
    const candidates = made.filter((candidate, index) => {
      const counts = known.get(candidate.mapping);
      const name = `${candidate.organization_id} ${hashes[index]}`;
      const count = counts?.get(name) ?? 0;
      if (count > 0) counts?.set(name, count - 1);
      return count === 0;
    });
    yield { rows: rows.length, candidates, known: made.length - candidates.length, refusals };
  }
}

/** When the row changed according to its column, if the range is one of times. */
function timeOf({ row, kinds }: Change, range: RowRange | null): string | null {
  const kind = range ? kinds[range.column] : undefined;
  if (!range || (kind !== 'timestamptz' && kind !== 'timestamp')) return null;
  const time = new Date(`${row[range.column]?.replace(' ', 'T').replace(/\+00$/, '')}Z`);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
