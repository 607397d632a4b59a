import { z } from 'zod';
import { writeJson } from '#core/json/user-json.ts';
import { likePattern } from '#core/text/like-pattern.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import { type Delivery, deliveriesOf, ENDED_COLUMNS, PENDING_COLUMNS, toDeliveries } from './row.ts';
import type { DeliveryFilters } from './schema.ts';

/**
 * How many deliveries of each index one search reads at most when its filters have no index: some 50 ms of work. With
 * payloads it is fewer, because they are large.
 */
const MOST_READ = 20_000;
const MOST_READ_PAYLOADS = 2_000;

/** What is looked for, in an organization. */
export type Search = DeliveryFilters & {
  organization_id: string;
  /** Only these, instead of all. */
  ids?: readonly string[] | undefined;
  /** Only of these events, instead of all. */
  event_ids?: readonly string[] | undefined;
  /** The id before which the search begins. */
  before?: string | undefined;
  /** The id after which it ends. */
  after?: string | undefined;
  limit: number;
};

export type Found = {
  rows: Delivery[];
  /** The id back to which everything was searched; null if there is nothing older. */
  searched_back_to: string | null;
};

type Ask = (statement: Prisma.Sql) => Promise<unknown>;

const boundaries = z.array(z.object({ id: z.string() }));

/**
 * Finds deliveries, newest first. Webhook, time, and status are looked up in indexes. All other filters are applied to a
 * bounded number of deliveries, so that a search for something rare does not read millions of rows: it answers with how
 * far back it came, and the caller continues from there.
 * @param ask runs a statement.
 */
export async function findDeliveries(ask: Ask, search: Search): Promise<Found> {
  const { limit } = search;
  const ranges = rangesOf(search);
  const most = search.payload_contains === undefined ? MOST_READ : MOST_READ_PAYLOADS;
  // Nothing that has been delivered is being retried.
  if (ranges.length === 0) return { rows: [], searched_back_to: null };
  const isSearch = ranges.some(({ rest }) => rest.length > 0);
  const parts = ranges.map(({ columns, from, rest }) =>
    rest.length === 0
      ? Prisma.sql`(select ${columns} from (${from(limit)}) d order by d.id desc limit ${limit})`
      : Prisma.sql`(select ${columns} from (${from(most)}) d where ${Prisma.join(rest, ' and ')}
          order by d.id desc limit ${limit})`,
  );
  const found = toDeliveries(await ask(deliveriesOf(parts, limit)));
  // One index alone is read in the order of its rows: what it has not read yet is older than what was found.
  const isOneIndex = ranges.length === 1 && !ranges[0]?.isByWebhook;
  if (!isSearch || (isOneIndex && found.length === limit)) return { rows: found, searched_back_to: null };
  const ends = ranges.filter(({ rest }) => rest.length > 0).map(({ end }) => Prisma.sql`(${end(most)})`);
  const [boundary] = boundaries.parse(
    await ask(
      Prisma.sql`select id::text as id from (${Prisma.join(ends, ' union all ')}) d order by d.id desc limit 1`,
    ),
  );
  if (!boundary) return { rows: found, searched_back_to: null };
  // What one range found beyond the end of another comes again with the next part.
  return { rows: found.filter(({ id }) => id >= boundary.id), searched_back_to: boundary.id };
}

const counts = z.tuple([z.object({ count: z.int() })]);

/** How many there are: `limit` if there are more, and a lower number if a search for something rare reads no further. */
export async function countFound(ask: Ask, search: Search): Promise<number> {
  const { limit } = search;
  const ranges = rangesOf(search);
  if (ranges.length === 0) return 0;
  const parts = ranges.map(({ from, rest }) =>
    rest.length === 0
      ? Prisma.sql`(select from (${from(limit)}) d limit ${limit})`
      : Prisma.sql`(select from (${from(MOST_READ)}) d where ${Prisma.join(rest, ' and ')} limit ${limit})`,
  );
  const [{ count }] = counts.parse(
    await ask(Prisma.sql`select least(count(*), ${limit})::int as count from (${Prisma.join(parts, ' union all ')}) d`),
  );
  return count;
}

type Range = {
  /** Whether it is read webhook by webhook. */
  isByWebhook: boolean;
  columns: Prisma.Sql;
  /** Conditions that no index serves. */
  rest: Prisma.Sql[];
  /** The newest `most` rows of it. */
  from: (most: number) => Prisma.Sql;
  /** The id of the last of these; no row if there are fewer. */
  end: (most: number) => Prisma.Sql;
};

/** The parts of indexes that a search reads, each in the order of ids. */
function rangesOf(search: Search): Range[] {
  const { status, retrying, webhook_id, organization_id } = search;
  const where = boundsOf(search);
  const pending: Range = {
    isByWebhook: !webhook_id,
    columns: PENDING_COLUMNS,
    rest: restOf(search, true),
    // For each webhook: the queue has an index by webhook and none by organization, which publishing would pay for.
    from: (most) => Prisma.sql`select d.* from webhook w cross join lateral (
        select * from delivery_pending d where d.webhook_id = w.id and ${where} order by d.id desc limit ${most}) d
      where w.organization_id = ${organization_id} ${webhook_id ? Prisma.sql`and w.id = ${webhook_id}::uuid` : Prisma.empty}`,
    end: (most) => Prisma.sql`select d.id from webhook w cross join lateral (
        select d.id from delivery_pending d where d.webhook_id = w.id and ${where}
          order by d.id desc offset ${most - 1} limit 1) d
      where w.organization_id = ${organization_id} ${webhook_id ? Prisma.sql`and w.id = ${webhook_id}::uuid` : Prisma.empty}`,
  };
  const ended = (status?: 'failed' | 'cancelled'): Range => {
    const of = Prisma.sql`delivery d where ${where}
      ${webhook_id ? Prisma.sql`and d.webhook_id = ${webhook_id}::uuid` : Prisma.empty}
      ${status ? Prisma.raw(`and d.status = '${status}'`) : Prisma.empty}`;
    return {
      isByWebhook: false,
      columns: ENDED_COLUMNS,
      rest: restOf(search, false),
      from: (most) => Prisma.sql`select * from ${of} order by d.id desc limit ${most}`,
      end: (most) => Prisma.sql`select d.id from ${of} order by d.id desc offset ${most - 1} limit 1`,
    };
  };
  if (status === 'pending' || retrying === true) return !status || status === 'pending' ? [pending] : [];
  // What was not delivered has an index of its own. What was delivered is most of all, and has none.
  if (status) return [status === 'delivered' ? ended() : ended(status)];
  return isOfUndelivered(search) ? [pending, ended('failed'), ended('cancelled')] : [pending, ended()];
}

/** Whether what was delivered is none of it: its last answer has a status of 2xx. */
const isOfUndelivered = ({ answer, error_code }: Search): boolean =>
  error_code !== undefined || (answer !== undefined && !answer.startsWith('2'));

/** Conditions that an index serves. Times become bounds of ids, so that whole days are left out. */
function boundsOf({ organization_id, ids, event_ids, before, after, since, until }: Search): Prisma.Sql {
  return Prisma.join(
    [
      Prisma.sql`d.organization_id = ${organization_id}`,
      ...(ids ? [Prisma.sql`d.id = any(${ids}::uuid[])`] : []),
      ...(event_ids ? [Prisma.sql`d.event_id = any(${event_ids}::uuid[])`, newerThan(event_ids)] : []),
      ...(before ? [Prisma.sql`d.id < ${before}::uuid`] : []),
      ...(after ? [Prisma.sql`d.id > ${after}::uuid`] : []),
      ...(since ? [Prisma.sql`d.id >= uuid_from_time(${since})`] : []),
      ...(until ? [Prisma.sql`d.id < uuid_from_time(${until})`] : []),
    ],
    ' and ',
  );
}

/** A delivery is newer than its event. */
const newerThan = (event_ids: readonly string[]): Prisma.Sql =>
  event_ids.length === 0 ? Prisma.sql`false` : Prisma.sql`d.id >= ${event_ids.toSorted()[0]}::uuid`;

function restOf(search: Search, isPending: boolean): Prisma.Sql[] {
  const { status, event_type, answer, error_code, origin, min_attempts, retrying, payload_contains } = search;
  return [
    ...(event_type ? [Prisma.sql`d.event_type = ${event_type}`] : []),
    ...(answer ? [answerIs(answer)] : []),
    ...(error_code ? [Prisma.sql`d.last_error_code = ${error_code}`] : []),
    ...(origin ? [Prisma.sql`d.origin = ${origin}`] : []),
    ...(min_attempts !== undefined ? [Prisma.sql`d.attempt_count >= ${min_attempts}`] : []),
    // A delivery that has ended is not retried any more.
    ...(isPending && retrying !== undefined
      ? [retrying ? Prisma.sql`d.attempt_count > 0` : Prisma.sql`d.attempt_count = 0`]
      : []),
    ...(!isPending && status === 'delivered' ? [Prisma.sql`d.status = 'delivered'`] : []),
    ...(payload_contains === undefined ? [] : [payloadContains(payload_contains)]),
  ];
}

/** `404`, or a class such as `4xx`. */
function answerIs(answer: string): Prisma.Sql {
  if (!answer.endsWith('xx')) return Prisma.sql`d.last_status = ${Number(answer)}`;
  const from = Number(answer[0]) * 100;
  return Prisma.sql`d.last_status between ${from} and ${from + 99}`;
}

/** As it was typed, or as JSON writes it in a string. */
export function payloadContains(text: string): Prisma.Sql {
  const written = writeJson(text).slice(1, -1);
  const isLike = (one: string) => Prisma.sql`e.body ilike ${likePattern(one)}`;
  const matches = written === text ? isLike(text) : Prisma.sql`(${isLike(text)} or ${isLike(written)})`;
  return Prisma.sql`exists (select from event e where e.id = d.event_id and ${matches})`;
}
