import type pg from 'pg';
import { z } from 'zod';
import { NO_BODY } from '#core/delivery/kept-answer.ts';
import { GIVE_UP_AFTER_HOURS } from '#core/delivery/retry-schedule.ts';
import { endDeliveries } from '#features/events/end-deliveries.ts';
import { sqlStateOf } from '#platform/postgres/sql-state.ts';
import type { Result } from './record-results.ts';
import { run, type Statement } from './statement.ts';

const MOST_NUMBER = 2 ** 31 - 1;
const MOST_RETRY_AHEAD_MS = GIVE_UP_AFTER_HOURS * 3_600_000;
const RETRY_MS = 300_000;

/** The result alone, with nothing of what was measured, sent or answered: what PostgreSQL refuses may be any of it. */
export function bareResult(result: Result, cause: unknown): Result {
  const at = Date.parse(result.next_attempt_at ?? '');
  const isNear = Math.abs(at - Date.now()) < MOST_RETRY_AHEAD_MS;
  return {
    ...result,
    number: Number.isInteger(result.number) ? Math.min(Math.max(result.number, 1), MOST_NUMBER) : 1,
    next_attempt_at:
      result.outcome === 'retry' && !isNear ? new Date(Date.now() + RETRY_MS).toISOString() : result.next_attempt_at,
    attempt: result.attempt && {
      started_at: new Date().toISOString(),
      queue_ms: 0,
      dns_ms: null,
      connect_ms: null,
      tls_ms: null,
      first_byte_ms: null,
      total_ms: 0,
      remote_address: null,
      request_headers: '{}',
      status: null,
      response_headers: null,
      ...NO_BODY,
      error_code: 'not_stored',
      error_message: `The database refused to store this attempt (${sqlStateOf(cause) ?? 'unknown error'}), so its details are lost. The request itself was sent.`,
    },
  };
}

const counted = z.object({ webhook_id: z.string() });

const COUNT: Statement<{ webhook_id: string }> = {
  name: 'count_set_aside',
  text: `update lane set set_aside = set_aside + 1 where webhook_id = $1 returning webhook_id`,
  row: counted,
};

/** Counts a result that PostgreSQL refused, with its webhook. */
export const countSetAside = (pool: pg.Pool, webhook_id: string) => run(pool, COUNT, [webhook_id]);

const SET_ASIDE: Statement<{ webhook_id: string }> = {
  name: 'set_aside',
  text: `with clock as (select now()), refused as (select $1::uuid as id, $2::boolean as delivered),
    ${endDeliveries({
      from: 'refused',
      where: 'p.id = refused.id',
      status: `case when refused.delivered then 'delivered' else 'failed' end`,
      reason: `case when not refused.delivered then 'unrecorded' end`,
    })}
    select webhook_id from ended`,
  row: counted,
};

/** Ends a delivery whose result cannot be stored: `failed` with the reason `unrecorded`, unless it was delivered. */
export async function setAsideResult(pool: pg.Pool, { delivery_id, outcome }: Result): Promise<void> {
  await run(pool, SET_ASIDE, [delivery_id, outcome === 'delivered']);
}
