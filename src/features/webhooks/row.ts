import { z } from 'zod';
import { patternsMatching } from '#core/events/event-pattern.ts';
import { readJson } from '#core/json/user-json.ts';
import { heldDays } from '#core/text/held-days.ts';
import { MASK } from '#core/text/mask.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import { versionOf } from '#platform/postgres/field-versions.ts';
import { shared } from '#platform/postgres/shared-read.ts';
import type { Scope } from '#platform/scope.ts';
import { isSealedTextError, type Secrets } from '#platform/secrets/secrets.ts';
import { DISABLED_REASONS, WEBHOOK_STATUSES, type WebhookProblem } from './schema.ts';
import { openWebhook, type SealedWebhook } from './webhook-secrets.ts';

/** From this many consecutive failures on, a webhook's health is `failing`, and its queue is only probed. */
export const FAILURES_TO_PROBE = 5;
const MOST_BACKLOG = 10_001;

const rows = z.array(
  z.object({
    id: z.string(),
    event_type: z.array(z.string()),
    target_url: z.string(),
    description: z.string(),
    header_names: z.array(z.string()),
    sealed_secret: z.string().nullable(),
    sealed_previous_secret: z.string().nullable(),
    sealed_headers: z.string().nullable(),
    filter_version: z.string().nullable(),
    filter: z.string().nullable(),
    concurrency: z.int(),
    rate_limit: z.int().nullable(),
    ordered: z.boolean(),
    status: z.enum(WEBHOOK_STATUSES),
    disabled_reason: z.enum(DISABLED_REASONS).nullable(),
    previous_secret_until: z.date().nullable(),
    created_at: z.date(),
    updated_at: z.date(),
    paused_at: z.date().nullable(),
    disabled_at: z.date().nullable(),
    backlog: z.int(),
    oldest_pending_at: z.date().nullable(),
    attempts: z.int(),
    success_rate: z.number().nullable(),
    p95_ms: z.number().nullable(),
    consecutive_failures: z.int(),
    failing_since: z.date().nullable(),
    last_attempt_at: z.date().nullable(),
    last_success_at: z.date().nullable(),
    rank: z.int(),
  }),
);

type Filters = {
  id?: string;
  before?: string | undefined;
  /** The place in the order by attention after which the page starts. */
  after?: { rank: number; id: string } | undefined;
  byAttention?: boolean;
  /** Only those that receive events of this type, by name or by a pattern. */
  event_type?: string | undefined;
  search?: string | undefined;
  status?: (typeof WEBHOOK_STATUSES)[number] | undefined;
  limit: number;
};

/**
 * How urgently a webhook needs attention, by the states that the page shows. The lowest comes first. Whether a secret is
 * unreadable is known from the key that it names. A secret that was modified in the database is found only when it is
 * decrypted: such a webhook shows that state, but is sorted like the others.
 */
const rankWith = (keyIds: string[]) => Prisma.sql`case
  when s.status = 'disabled' then 1
  when ${Prisma.join(
    ['sealed_secret', 'sealed_previous_secret', 'sealed_headers'].map(
      (column) => Prisma.sql`split_part(s.${Prisma.raw(column)}, '.', 2) <> all(${keyIds}::text[])`,
    ),
    ' or ',
  )} then 0
  when s.status = 'active' and l.consecutive_failures >= ${FAILURES_TO_PROBE} then 2
  when s.status = 'paused' then 3
  else 4 end`;

/**
 * The organization's webhooks, newest first or by attention, with their statistics. Each figure has an upper limit, so
 * that it costs the same however long the history is.
 */
export async function selectWebhooks({ platform, organization_id }: Scope, filters: Filters) {
  const { id, before, after, byAttention = false, search, status, event_type, limit } = filters;
  const rank = byAttention ? rankWith(await platform.secrets.keyring.ids()) : Prisma.sql`0`;
  const like = search && `%${search.replace(/[\\%_]/g, String.raw`\$&`)}%`;
  const where = [
    Prisma.sql`s.organization_id = ${organization_id} and s.deleted_at is null`,
    ...(id ? [Prisma.sql`s.id = ${id}::uuid`] : []),
    ...(before ? [Prisma.sql`s.id < ${before}::uuid`] : []),
    ...(after ? [Prisma.sql`(${rank} > ${after.rank} or (${rank} = ${after.rank} and s.id < ${after.id}::uuid))`] : []),
    ...(status ? [Prisma.sql`s.status = ${status}`] : []),
    ...(event_type ? [Prisma.sql`s.event_type && ${patternsMatching(event_type)}::text[]`] : []),
    ...(like
      ? [
          Prisma.sql`(s.target_url ilike ${like} or s.description ilike ${like} or array_to_string(s.event_type, ' ') ilike ${like})`,
        ]
      : []),
  ];
  const order = byAttention ? Prisma.sql`rank, id desc` : Prisma.sql`id desc`;
  const found = await shared(
    { platform, organization_id },
    id,
    (database) => database.$queryRaw`
    select s.id::text as id, s.event_type, s.target_url, s.description, s.header_names, s.filter::text as filter,
      s.concurrency,
      s.filter_version::text as filter_version, s.rate_limit, s.ordered, s.sealed_secret, s.sealed_previous_secret,
      s.sealed_headers, s.status, s.disabled_reason, s.created_at, s.updated_at, s.paused_at, s.disabled_at,
      case when s.previous_secret_until > now() then s.previous_secret_until end as previous_secret_until,
      s.rank, s.consecutive_failures, s.failing_since, s.last_attempt_at, s.last_success_at,
      (select count(*)::int from (
        select from delivery_pending p where p.webhook_id = s.id limit ${MOST_BACKLOG}) b) as backlog,
      (select created_at from delivery_pending p where p.webhook_id = s.id order by p.id limit 1) as oldest_pending_at,
      r.*
    from (
        select s.*, l.consecutive_failures, l.failing_since, l.last_attempt_at, l.last_success_at, ${rank} as rank
        from webhook s join lane l on l.webhook_id = s.id
        where ${Prisma.join(where, ' and ')} order by ${order} limit ${limit}) s
      cross join lateral (
        select count(*)::int as attempts,
          (count(*) filter (where outcome = 'delivered'))::float / nullif(count(*), 0) as success_rate,
          percentile_cont(0.95) within group (order by total_ms) filter (where status is not null) as p95_ms
        from (
          select outcome, total_ms, status from attempt a
          where a.webhook_id = s.id and a.id >= uuid_from_time(now() - interval '24 hours')
          order by a.id desc limit 1000
        ) a) r
    order by ${order}`,
  );
  const heldMs = heldDays(platform.config.retentionDays) * 86_400_000;
  return Promise.all(
    rows.parse(found).map(async ({ rank, ...row }) => ({
      rank,
      webhook: toWebhook(row, heldMs, await problemOf(platform.secrets, row)),
    })),
  );
}

/** Nothing is sent to a webhook whose secrets this console can't decrypt. */
async function problemOf(secrets: Secrets, row: SealedWebhook): Promise<WebhookProblem | null> {
  try {
    // The row has the previous secret only as long as requests are signed with it.
    await openWebhook(secrets, row, new Date(0));
    return null;
  } catch (error) {
    if (isSealedTextError(error)) return 'secrets_unreadable';
    throw error;
  }
}

function toWebhook(
  {
    header_names,
    sealed_secret: _secret,
    sealed_previous_secret: _previous,
    sealed_headers,
    filter_version,
    filter,
    backlog,
    oldest_pending_at,
    attempts,
    success_rate,
    p95_ms,
    consecutive_failures,
    failing_since,
    last_attempt_at,
    last_success_at,
    ...row
  }: Omit<z.infer<typeof rows>[number], 'rank'>,
  heldMs: number,
  problem: WebhookProblem | null,
) {
  return {
    ...row,
    problem,
    version: versionOf(settingsOf({ ...row, header_names, sealed_headers, filter_version })),
    filter: filter === null ? null : (readJson(filter) as Record<string, unknown>),
    headers: Object.fromEntries(header_names.map((name) => [name, MASK])),
    health: consecutive_failures >= FAILURES_TO_PROBE ? ('failing' as const) : ('ok' as const),
    stats: {
      backlog,
      oldest_pending_at,
      oldest_pending_until:
        row.status === 'paused' && oldest_pending_at ? new Date(oldest_pending_at.getTime() + heldMs) : null,
      attempts,
      success_rate,
      p95_ms: p95_ms === null ? null : Math.round(p95_ms),
      consecutive_failures,
      failing_since,
      last_attempt_at,
      last_success_at,
    },
  };
}

type Settings = Pick<
  z.infer<typeof rows>[number],
  | 'event_type'
  | 'target_url'
  | 'description'
  | 'header_names'
  | 'sealed_headers'
  | 'filter_version'
  | 'concurrency'
  | 'rate_limit'
  | 'ordered'
>;

/** The settings of a webhook from which its version is computed. A filter has its own version. */
export const settingsOf = (row: Settings) => ({
  event_type: row.event_type,
  target_url: row.target_url,
  description: row.description,
  headers: [row.header_names, row.sealed_headers],
  filter: row.filter_version,
  concurrency: row.concurrency,
  rate_limit: row.rate_limit,
  ordered: row.ordered,
});

export type Webhook = ReturnType<typeof toWebhook>;
