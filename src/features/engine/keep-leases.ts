import type pg from 'pg';
import { z } from 'zod';
import { LEASE_SECONDS } from './claim-lanes.ts';
import { run, type Statement } from './statement.ts';

/** `tokens`: what the bucket of the rate limit holds, for whoever holds the lane next; null without a limit. */
export type Lease = { webhook_id: string; lease_token: string; tokens: number | null };

const held = z.object({ webhook_id: z.string() });

const renewed = held.extend({ recall: z.int(), database_now: z.date() });

/** In the order of their ids, for two that renew in different orders wait for each other for ever. */
const RENEW: Statement<z.output<typeof renewed>> = {
  name: 'renew_leases',
  text: `with mine as (
      select l.webhook_id from lane l
        join unnest($1::uuid[], $2::uuid[]) as h(webhook_id, lease_token)
          on h.webhook_id = l.webhook_id and h.lease_token = l.lease_token
        order by l.webhook_id for update of l
    )
    update lane l set lease_until = now() + interval '${LEASE_SECONDS} seconds'
      from mine where l.webhook_id = mine.webhook_id returning l.webhook_id, l.recall,
        now() as database_now`,
  row: renewed,
};

/** @returns the webhooks whose lanes are still ours, each with how often it was recalled, and PostgreSQL's time, null when none is. */
export async function renewLeases(
  pool: pg.Pool,
  leases: readonly Lease[],
): Promise<{ kept: Map<string, number>; databaseNow: Date | null }> {
  const rows = await run(pool, RENEW, columns(leases));
  return {
    kept: new Map(rows.map(({ webhook_id, recall }) => [webhook_id, recall])),
    databaseNow: rows[0]?.database_now ?? null,
  };
}

const RELEASE: Statement<{ webhook_id: string }> = {
  name: 'release_leases',
  text: `update lane l set lease_token = null, lease_until = null, lease_holder = null,
      tokens = coalesce(h.tokens, 0), tokens_at = case when h.tokens is not null then now() end
    from unnest($1::uuid[], $2::uuid[], $3::float[]) as h(webhook_id, lease_token, tokens)
    where h.webhook_id = l.webhook_id and h.lease_token = l.lease_token returning l.webhook_id`,
  row: held,
};

/** Gives lanes back at once, those that are still ours. */
export async function releaseLeases(pool: pg.Pool, leases: readonly Lease[]): Promise<void> {
  if (leases.length > 0) await run(pool, RELEASE, [...columns(leases), leases.map(({ tokens }) => tokens)]);
}

const columns = (leases: readonly Lease[]) => [
  leases.map(({ webhook_id }) => webhook_id),
  leases.map(({ lease_token }) => lease_token),
];
