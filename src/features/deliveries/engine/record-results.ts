import type pg from 'pg';
import { z } from 'zod';
import type { AttemptRecord } from './send-attempt.ts';
import { run, type Statement } from './statement.ts';

/** What came of a delivery's turn. Without an attempt it had passed its deadline before it began. */
export type Result = {
  delivery_id: string;
  subscription_id: string;
  lease_token: string;
  /** The number of the attempt: one more than the delivery had, by what this process knew. */
  number: number;
  outcome: 'delivered' | 'retry' | 'failed';
  /** Of a delivery that has failed. */
  reason: 'expired' | 'gone' | null;
  /** Of a retry: RFC 3339. */
  next_attempt_at: string | null;
  attempt: AttemptRecord | null;
};

/** The results of one lane, in the order in which they came. */
type LaneTally = {
  subscription_id: string;
  lease_token: string;
  /** Failures after the last success. */
  failures: number;
  succeeded: boolean;
};

const recorded = z.object({
  subscription_id: z.string(),
  /** Nothing but failures for 24 hours, and ten of them. */
  worn_out: z.boolean(),
});
export type RecordedLane = z.infer<typeof recorded>;

/**
 * One statement for the results of all lanes. A success counts whoever holds the lane by now, for the receiver has it;
 * anything else only with the lane's token, and only if the delivery has not gone on meanwhile. What is refused is kept as
 * an attempt that was superseded: it did reach the receiver.
 */
const RECORD: Statement<RecordedLane> = {
  name: 'record_results',
  text: `with clock as (select coalesce($1::timestamptz, now()) as now),
    r as (
      select r.*, l.lease_token is not distinct from r.lease_token as holds
        from json_to_recordset($2::json) as r(delivery_id uuid, subscription_id uuid, lease_token uuid, number int,
          outcome text, reason text, next_attempt_at timestamptz, started_at timestamptz, queue_ms int, dns_ms int,
          connect_ms int, tls_ms int, first_byte_ms int, total_ms int, remote_address text, request_headers text,
          status int, response_headers text, response_body text, response_truncated boolean, error_code text,
          error_message text)
        left join lane l on l.subscription_id = r.subscription_id
    ),
    ended as (
      delete from delivery_pending p using r
        where p.id = r.delivery_id and (r.outcome = 'delivered'
          or r.outcome = 'failed' and r.holds and p.attempt_count = r.number - 1)
        returning p.*, r.number, r.outcome, r.reason, r.started_at, r.status, r.error_code
    ),
    stored as (
      insert into delivery (id, organization_id, subscription_id, event_id, event_type, origin, created_at, status, reason,
          attempt_count, last_attempt_at, last_status, last_error_code, deadline_at, ended_at)
        select e.id, e.organization_id, e.subscription_id, e.event_id, e.event_type, e.origin, e.created_at, e.outcome,
            e.reason, case when e.started_at is null then e.attempt_count else greatest(e.number, e.attempt_count) end,
            coalesce(e.started_at, e.last_attempt_at),
            case when e.started_at is null then e.last_status else e.status end,
            case when e.started_at is null then e.last_error_code else e.error_code end,
            greatest(e.created_at, s.resumed_at) + interval '24 hours', clock.now
          from ended e join subscription s on s.id = e.subscription_id cross join clock
    ),
    later as (
      update delivery_pending p set next_attempt_at = r.next_attempt_at, attempt_count = r.number,
          last_attempt_at = r.started_at, last_status = r.status, last_error_code = r.error_code
        from r where p.id = r.delivery_id and r.outcome = 'retry' and r.holds and p.attempt_count = r.number - 1
        returning p.id
    ),
    attempts as (
      insert into attempt (delivery_id, subscription_id, number, started_at, outcome, queue_ms, dns_ms, connect_ms, tls_ms,
          first_byte_ms, total_ms, remote_address, request_headers, status, response_headers, response_body,
          response_truncated, error_code, error_message, next_attempt_at)
        select r.delivery_id, r.subscription_id, r.number, r.started_at,
            case when ended.id is null and later.id is null then 'superseded' else r.outcome end,
            r.queue_ms, r.dns_ms, r.connect_ms, r.tls_ms, r.first_byte_ms, r.total_ms, r.remote_address,
            r.request_headers, r.status, r.response_headers, r.response_body, r.response_truncated, r.error_code,
            r.error_message, case when later.id is not null then r.next_attempt_at end
          from r left join ended on ended.id = r.delivery_id
            left join later on later.id = r.delivery_id
          where r.started_at is not null
    )
    update lane l set
        consecutive_failures = case when t.succeeded then 0 else l.consecutive_failures end + t.failures,
        failing_since = case when t.failures = 0 then null when t.succeeded then clock.now
          else coalesce(l.failing_since, clock.now) end,
        last_success_at = case when t.succeeded then clock.now else l.last_success_at end,
        last_attempt_at = clock.now
      from json_to_recordset($3::json) as t(subscription_id uuid, lease_token uuid, failures int, succeeded boolean)
        cross join clock
      where l.subscription_id = t.subscription_id and l.lease_token = t.lease_token
        and (t.failures > 0 or l.consecutive_failures > 0 or l.last_success_at is null
          or l.last_success_at < clock.now - interval '2 seconds')
      returning l.subscription_id,
        (l.consecutive_failures >= 10 and l.failing_since <= clock.now - interval '24 hours') as worn_out`,
  row: recorded,
};

/** @returns the lanes whose failures are counted; those that only succeed are mostly left out. */
export const recordResults = (pool: pg.Pool, now: string | null, results: readonly Result[]): Promise<RecordedLane[]> =>
  run(pool, RECORD, [now, `[${results.map(toJson).join(',')}]`, JSON.stringify(tally(results))]);

/**
 * Flat, as the statement takes it; what is null is left out, which is a third of it. Headers are JSON already: they stand
 * in it as they are, which spares escaping them. Written out, since this is most of what a delivery costs beside its send.
 */
function toJson({ attempt: a, ...result }: Result): string {
  const { delivery_id, subscription_id, lease_token, number, outcome, reason, next_attempt_at } = result;
  const head = `{"delivery_id":"${delivery_id}","subscription_id":"${subscription_id}","lease_token":"${lease_token}","number":${number},"outcome":"${outcome}"${text('reason', reason)}${text('next_attempt_at', next_attempt_at)}`;
  if (!a) return `${head}}`;
  const times = `,"started_at":"${a.started_at}","queue_ms":${a.queue_ms}${int('dns_ms', a.dns_ms)}${int('connect_ms', a.connect_ms)}${int('tls_ms', a.tls_ms)}${int('first_byte_ms', a.first_byte_ms)},"total_ms":${a.total_ms}`;
  const answer = `${int('status', a.status)}${text('response_body', a.response_body)},"response_truncated":${a.response_truncated}${text('remote_address', a.remote_address)}${text('error_code', a.error_code)}${text('error_message', a.error_message)}`;
  const headers = `,"request_headers":${a.request_headers}${a.response_headers === null ? '' : `,"response_headers":${a.response_headers}`}`;
  return `${head}${times}${answer}${headers}}`;
}

const text = (name: string, value: string | null) => (value === null ? '' : `,"${name}":${JSON.stringify(value)}`);
const int = (name: string, value: number | null) => (value === null ? '' : `,"${name}":${value}`);

function tally(results: readonly Result[]): LaneTally[] {
  const lanes = new Map<string, LaneTally>();
  for (const { subscription_id, lease_token, outcome, attempt } of results) {
    if (!attempt) continue;
    const lane = lanes.get(subscription_id) ?? { subscription_id, lease_token, failures: 0, succeeded: false };
    lanes.set(subscription_id, lane);
    if (outcome === 'delivered') {
      lane.failures = 0;
      lane.succeeded = true;
    } else lane.failures += 1;
    lane.lease_token = lease_token;
  }
  return [...lanes.values()].sort((one, other) => (one.subscription_id < other.subscription_id ? -1 : 1));
}
