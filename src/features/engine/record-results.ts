import type pg from 'pg';
import { z } from 'zod';
import { endDeliveries } from '#features/events/end-deliveries.ts';
import { wornOutSql } from '#features/webhooks/disable-webhook.ts';
import { type arrayLiteral, binaryArray, type Element, type ElementType } from '#platform/postgres/array-parameter.ts';
import type { AttemptRecord } from './send-attempt.ts';
import { run, type Statement } from './statement.ts';

/** What came of a delivery's turn. Without an attempt it had passed its deadline before it began. */
export type Result = {
  delivery_id: string;
  webhook_id: string;
  lease_token: string;
  event_id: string;
  /** Chosen before anything is stored, so that a lost answer is resolved by looking for it. */
  attempt_id: string;
  /** Where the webhook led when the attempt began: what another address did says nothing about this one. */
  target_url: string;
  /** The failure is this side's own (its proxy, its resolver, its network) and says nothing about the receiver. */
  is_ours: boolean;
  /** The number of the attempt: one more than the delivery had, by what this process knew. */
  number: number;
  outcome: 'delivered' | 'retry' | 'failed';
  /** Of a delivery that has failed. */
  reason: 'expired' | 'gone' | 'unrecorded' | null;
  /** Of a retry: RFC 3339. */
  next_attempt_at: string | null;
  attempt: AttemptRecord | null;
};

/** The results of one lane at one address, in the order in which they came. */
type LaneTally = {
  webhook_id: string;
  lease_token: string;
  target_url: string;
  /** Failures of the receiver after the last success. */
  failures: number;
  succeeded: boolean;
  /** Whether one failed on this side: then nobody knows how the receiver did, and "nothing but failures" begins anew. */
  unknown: boolean;
};

/** What the statement takes of each result: an array for each of these, in this order. */
const COLUMNS: [name: string, type: ElementType, of: (result: Result) => Element][] = [
  ['delivery_id', 'uuid', (one) => one.delivery_id],
  ['webhook_id', 'uuid', (one) => one.webhook_id],
  ['lease_token', 'uuid', (one) => one.lease_token],
  ['event_id', 'uuid', (one) => one.event_id],
  ['attempt_id', 'uuid', (one) => one.attempt_id],
  ['number', 'int', (one) => one.number],
  ['outcome', 'text', (one) => one.outcome],
  ['reason', 'text', (one) => one.reason],
  ['next_attempt_at', 'timestamptz', (one) => one.next_attempt_at],
  ...(
    [
      ['started_at', 'timestamptz'],
      ['queue_ms', 'int'],
      ['dns_ms', 'int'],
      ['connect_ms', 'int'],
      ['tls_ms', 'int'],
      ['first_byte_ms', 'int'],
      ['total_ms', 'int'],
      ['remote_address', 'text'],
      ['request_headers', 'json'],
      ['status', 'int'],
      ['response_headers', 'json'],
      ['response_body', 'text'],
      ['response_encoding', 'text'],
      ['response_bytes', 'int'],
      ['response_truncated', 'boolean'],
      ['error_code', 'text'],
      ['error_message', 'text'],
    ] satisfies [keyof AttemptRecord, ElementType][]
  ).map(([name, type]): (typeof COLUMNS)[number] => [name, type, ({ attempt }) => attempt?.[name] ?? null]),
];
/** The number of the first column's parameter. */
const FIRST_COLUMN = 4;

const recorded = z.object({
  webhook_id: z.string(),
  /** By the rule for disabling: see `wornOutSql`. */
  worn_out: z.boolean(),
});
export type RecordedLane = z.infer<typeof recorded>;

/**
 * One statement for the results of all lanes. A success counts whoever holds the lane by now, for the receiver has it;
 * anything else only with the lane's token, and only if the delivery has not gone on meanwhile. Another token of the same
 * holder is as good: its lease ran out while the statement waited in PostgreSQL, and it claimed the lane again. What is
 * refused is kept as an attempt that was superseded: it did reach the receiver. Of an event that was erased meanwhile no answer is kept; its
 * deliveries are not pending any more, so that only what is superseded has to be looked at. Of a webhook that was deleted
 * with its organization nothing is kept.
 * @throws 23505 when an attempt with one of the ids is stored already.
 */
const RECORD: Statement<RecordedLane> = {
  name: 'record_results',
  text: `with clock as (select coalesce($1::timestamptz, now()) as now),
    r as (
      select r.*, l.lease_token is not distinct from r.lease_token or l.lease_holder = $3 as holds, l.webhook_id is not null as has_lane
        from unnest(${COLUMNS.map(([, type], index) => `$${index + FIRST_COLUMN}::${type}[]`).join(', ')})
            as r(${COLUMNS.map(([name]) => name).join(', ')})
        left join lateral (select webhook_id, lease_token, lease_holder from lane where webhook_id = r.webhook_id limit 1) l
          on true
    ),
    ${endDeliveries({
      from: 'r',
      where: `p.id = r.delivery_id and (r.outcome = 'delivered'
          or r.outcome = 'failed' and r.holds and p.attempt_count = r.number - 1)`,
      status: 'r.outcome',
      reason: 'r.reason',
      attempt: { number: 'r.number', started_at: 'r.started_at', status: 'r.status', error_code: 'r.error_code' },
    })},
    later as (
      update delivery_pending p set next_attempt_at = r.next_attempt_at, attempt_count = r.number,
          last_attempt_at = r.started_at, last_status = r.status, last_error_code = r.error_code
        from r where p.id = r.delivery_id and r.outcome = 'retry' and r.holds and p.attempt_count = r.number - 1
        returning p.id
    ),
    judged as (
      select r.*, ended.id is null and later.id is null as is_superseded, later.id is not null as goes_on
        from r left join ended on ended.id = r.delivery_id left join later on later.id = r.delivery_id
        where r.started_at is not null and r.has_lane
    ),
    attempts as (
      insert into attempt (id, delivery_id, webhook_id, number, started_at, outcome, queue_ms, dns_ms, connect_ms, tls_ms,
          first_byte_ms, total_ms, remote_address, request_headers, status, response_headers, response_body,
          response_encoding, response_bytes, response_truncated, error_code, error_message, next_attempt_at)
        select j.attempt_id, j.delivery_id, j.webhook_id, j.number, j.started_at,
            case when j.is_superseded then 'superseded' else j.outcome end,
            j.queue_ms, j.dns_ms, j.connect_ms, j.tls_ms, j.first_byte_ms, j.total_ms, j.remote_address,
            j.request_headers::text, j.status, case when not erased.is_so then j.response_headers::text end,
            case when not erased.is_so then j.response_body end, j.response_encoding, j.response_bytes, j.response_truncated, j.error_code, j.error_message,
            case when j.goes_on then j.next_attempt_at end
          from judged j cross join lateral (
            select case when j.is_superseded and (j.response_body is not null or j.response_headers is not null)
              then is_erased(j.event_id) else false end as is_so
            offset 0) erased
    )
    update lane l set
        consecutive_failures = case when t.succeeded then 0 else l.consecutive_failures end + t.failures,
        failing_since = case when t.failures = 0 then null when t.succeeded or t."unknown" then clock.now
          else coalesce(l.failing_since, clock.now) end,
        last_success_at = case when t.succeeded then clock.now else l.last_success_at end,
        last_attempt_at = clock.now
      from json_to_recordset($2::json) as t(webhook_id uuid, lease_token uuid, target_url text, failures int,
          succeeded boolean, "unknown" boolean)
        cross join lateral (select from webhook where id = t.webhook_id and target_url = t.target_url limit 1) s
        cross join clock
      where l.webhook_id = t.webhook_id and (l.lease_token = t.lease_token or l.lease_holder = $3)
        and (t.failures > 0 or t."unknown" or l.consecutive_failures > 0 or l.last_success_at is null
          or l.last_success_at < clock.now - interval '2 seconds')
      returning l.webhook_id,
        (${wornOutSql('clock.now')}) as worn_out`,
  row: recorded,
};

/** Where a statement runs, and how that takes arrays. */
export type Runner = {
  run: <Row>(statement: Statement<Row>, values: readonly unknown[]) => Promise<Row[]>;
  array: typeof binaryArray | typeof arrayLiteral;
};

export const runnerOn = (pool: pg.Pool): Runner => ({
  run: (statement, values) => run(pool, statement, values),
  array: binaryArray,
});

/**
 * @param holder this run of the engine, as it claims lanes.
 * @returns the lanes whose failures are counted; those that only succeed are mostly left out.
 */
export const recordResults = async (
  runner: Runner,
  now: string | null,
  results: readonly Result[],
  holder: string,
): Promise<RecordedLane[]> =>
  runner.run(RECORD, [
    now,
    JSON.stringify(tally(results)),
    holder,
    ...COLUMNS.map(([, type, of]) => runner.array(type, results.map(of))),
  ]);

const FIND: Statement<{ id: string }> = {
  name: 'find_attempts',
  text: `select a.id from unnest($1::uuid[], $2::uuid[]) as w(delivery_id, id)
    cross join lateral (select a.id from attempt a where a.delivery_id = w.delivery_id and a.id = w.id limit 1) a`,
  row: z.object({ id: z.string() }),
};

/** @returns those of the results whose attempts are stored already. One statement stores all or none. */
export async function findRecorded(pool: pg.Pool, results: readonly Result[]): Promise<Set<Result>> {
  const made = results.filter(({ attempt }) => attempt !== null);
  const rows = await run(pool, FIND, [
    made.map(({ delivery_id }) => delivery_id),
    made.map(({ attempt_id }) => attempt_id),
  ]);
  const ids = new Set(rows.map(({ id }) => id));
  return new Set(made.filter(({ attempt_id }) => ids.has(attempt_id)));
}

function tally(results: readonly Result[]): LaneTally[] {
  const lanes = new Map<string, LaneTally>();
  for (const { webhook_id, lease_token, target_url, is_ours, outcome, attempt } of results) {
    if (!attempt) continue;
    const key = `${webhook_id} ${target_url}`;
    const fresh = { webhook_id, lease_token, target_url, failures: 0, succeeded: false, unknown: false };
    const lane = lanes.get(key) ?? fresh;
    lanes.set(key, lane);
    if (outcome === 'delivered') {
      lane.failures = 0;
      lane.succeeded = true;
    } else if (is_ours) lane.unknown = true;
    else lane.failures += 1;
    lane.lease_token = lease_token;
  }
  return [...lanes.values()].sort((one, other) => (one.webhook_id < other.webhook_id ? -1 : 1));
}
