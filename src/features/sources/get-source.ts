import { z } from 'zod';
import { databaseNow } from '#platform/postgres/database-now.ts';
import type { Scope } from '#platform/scope.ts';
import { lagOf } from './lag-of.ts';
import type { SourceInAnswers } from './schema.ts';
import { sourceSchema } from './schema.ts';
import { sourceAddressOf } from './stream/source-connection.ts';

const number = (count: bigint | null) => (count === null ? null : Number(count));
const warnings = z.array(z.object({ message: z.string(), remedy: z.string().nullable() }));

/** A reader that has been silent for this long has ended. */
const SILENT_MS = 15_000;

/** The state of the change stream, or that no worker has started to read it. */
export async function getSource({ platform }: Scope): Promise<SourceInAnswers> {
  const address = sourceAddressOf(platform);
  const row = await platform.database.source.findFirst({
    where: { address: address.shown },
    orderBy: { created_at: 'desc' },
  });
  const now = (await databaseNow(platform)).getTime();
  const isHeld =
    row?.lease_until !== undefined && row.lease_until !== null && row.lease_until.getTime() > now - SILENT_MS;
  const open_gaps = row
    ? await platform.database.sourceGap.count({ where: { database_key: row.database_key, closed_at: null } })
    : 0;
  const state = sourceSchema.shape.state.parse(row?.state ?? 'starting');
  const isSilent = !isHeld && state !== 'broken';
  return {
    state: isSilent ? 'starting' : state,
    problem: isSilent
      ? 'No worker is reading the change stream. Start one with ROLE=worker or ROLE=all.'
      : (row?.problem ?? null),
    remedy: row?.remedy ?? null,
    warnings: warnings.parse(row?.warnings ?? []),
    address: address.shown,
    is_own: address.isOwn,
    slot_name: row?.slot_name ?? '',
    reader: isHeld ? (row?.lease_holder?.split(' ').slice(0, 2).join(', process ') ?? null) : null,
    ...lagOf(row, now),
    retained_bytes: number(row?.retained_bytes ?? null),
    throughput: isHeld ? (row?.throughput ?? 0) : 0,
    changes: Number(row?.changes ?? 0),
    events: Number(row?.events ?? 0),
    refused: Number(row?.refused ?? 0),
    last_refusal: row?.last_refusal ?? null,
    last_refusal_at: row?.last_refusal_at ?? null,
    last_change_at: row?.last_change_at ?? null,
    measured_at: row?.measured_at ?? null,
    paused_at: row?.paused_at ?? null,
    gap_at: row?.gap_at ?? null,
    read_until: row?.read_until ?? null,
    needs_new_slot: row?.needs_new_slot ?? false,
    new_slot_asked_at: row?.new_slot_asked_at ?? null,
    is_failover_slot: row?.is_failover_slot ?? false,
    open_gaps,
  };
}
