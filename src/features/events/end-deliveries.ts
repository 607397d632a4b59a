import { GIVE_UP_AFTER_HOURS } from '#core/delivery/retry-schedule.ts';

/**
 * The deadline of a delivery `created` of the webhook `s`, in SQL. A paused webhook's deliveries have none yet: who shows
 * or stores it looks at the webhook's status.
 */
export const deadlineSql = (created: string): string =>
  `delivery_deadline(${created}, s.resumed_at, ${GIVE_UP_AFTER_HOURS})`;

/** SQL expressions over the rows that `from` names. */
type Ending = {
  /** A common table expression of the same statement. */
  from: string;
  /** Which pending deliveries `p` end by which of its rows. */
  where: string;
  /** delivered, failed, or cancelled. */
  status: string;
  reason: string;
  /** The attempt that ends the delivery, if one was made: without a start there was none. */
  attempt?: { number: string; started_at: string; status: string; error_code: string };
};

const NO_ATTEMPT = { number: 'null::int', started_at: 'null::timestamptz', status: 'null::int', error_code: 'null' };

/**
 * Ends deliveries: moves them from `delivery_pending` to `delivery`. Nothing else does, so that every ended delivery has the
 * same deadline by the same rule, whatever ended it. What was still held by a pause could have been sent until it ended.
 *
 * A text and not a function of PostgreSQL, because the engine records thousands of results a second by it (decision 057).
 * @returns two common table expressions: `ended` has the deliveries, and `stored` stores them. The statement needs another
 *   one, `clock`, with the time as `now`, and ends with a query.
 */
export const endDeliveries = ({ from, where, status, reason, attempt = NO_ATTEMPT }: Ending): string => `ended as (
      delete from delivery_pending p using ${from} where ${where}
        returning p.*, ${status} as status, ${reason} as reason, ${attempt.number} as number,
          ${attempt.started_at} as started_at, ${attempt.status} as answered, ${attempt.error_code} as error_code
    ),
    stored as (
      insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status, reason,
          attempt_count, last_attempt_at, last_status, last_error_code, deadline_at, ended_at)
        select e.id, e.organization_id, e.webhook_id, e.event_id, e.event_type, e.origin, e.created_at, e.status,
            e.reason, case when e.started_at is null then e.attempt_count else greatest(e.number, e.attempt_count) end,
            coalesce(e.started_at, e.last_attempt_at),
            case when e.started_at is null then e.last_status else e.answered end,
            case when e.started_at is null then e.last_error_code else e.error_code end,
            greatest(${deadlineSql('e.created_at')}, case when s.status = 'paused' then clock.now end), clock.now
          from ended e join webhook s on s.id = e.webhook_id cross join clock
    )`;
