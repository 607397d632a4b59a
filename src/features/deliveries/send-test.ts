import { z } from 'zod';
import { matchesEventType } from '#core/events/event-pattern.ts';
import { writeJson } from '#core/json/user-json.ts';
import { nearName } from '#core/text/near-name.ts';
import { type Attempted, sendAttempt } from '#features/engine/send-attempt.ts';
import { BUILT_IN_EVENT_TYPES } from '#features/event-types/catalogue.ts';
import { listEventTypes } from '#features/event-types/event-types.ts';
import { checkEvent } from '#features/events/check-event.ts';
import { type TestSending, watchTestSending } from '#features/events/recall-test.ts';
import { openWebhook } from '#features/webhooks/webhook-secrets.ts';
import type { Webhook } from '#platform/generated/prisma/client.ts';
import { inTransaction, untilAnswered } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict, invalid, notFound } from '#platform/trpc/refusal.ts';
import { type Attempt, toAttempt } from './attempt-schema.ts';

type Given = { id: string; event_type?: string | undefined; data?: string | undefined };

const isKept = z.array(z.object({ body: z.boolean() })).max(1);
const made = z.tuple([z.object({ event_id: z.string(), delivery_id: z.string(), body: z.string(), now: z.date() })]);

/** How long storing the result of a test waits for PostgreSQL while it is unreachable. */
const PATIENCE_MS = 5_000;

/**
 * Sends a signed example event at once, whatever the webhook's state and filter, once and without retry. It is in the
 * delivery log, marked as a test.
 * @param given the event type is the first that the webhook takes when left out, the data that type's example.
 * @throws Refusal NOT_FOUND, VALIDATION for data that is not its type's, CONFLICT when the event was erased meanwhile.
 */
export async function sendTest(scope: Scope, { id, ...given }: Given): Promise<Attempt> {
  const { platform, organization_id } = scope;
  const where = { id, organization_id, deleted_at: null };
  const webhook = await platform.database.webhook.findFirst({ where });
  if (!webhook) throw notFound('webhook');
  const { event_type, data } = await exampleFor(scope, webhook.event_type, given);
  const checked = await checkEvent(platform, organization_id, {
    event_type,
    data,
    occurred_at: null,
    idempotency_key: null,
  });
  if (!checked.ok) throw invalid(...checked.issues);
  const sending = watchTestSending(platform);
  const { stored, attempted } = await sendOnce(scope, webhook, { event_type, data }, sending);
  if (!attempted) throw conflict('The event of this test was erased before it was sent. Send another test.', []);
  const { delivery_id, event_id, now } = stored;
  const { record, status, failed } = attempted;
  const delivered = status !== null && status >= 200 && status < 300 && !failed;
  const store = () =>
    inTransaction(platform.database, async (tx) => {
      // Neither the webhook nor the payload goes while this is stored; what went before it is not brought back.
      const [kept] = isKept.parse(
        await tx.$queryRaw`
          select not is_erased(${event_id}::uuid) as body from webhook where id = ${id}::uuid for key share`,
      );
      if (!kept) throw notFound('webhook');
      const answer = kept.body ? {} : { response_headers: null, response_body: null };
      await tx.delivery.create({
        data: {
          id: delivery_id,
          organization_id,
          webhook_id: id,
          event_id,
          event_type,
          origin: 'test',
          created_at: now,
          status: delivered ? 'delivered' : 'failed',
          reason: delivered ? null : 'test',
          attempt_count: 1,
          last_attempt_at: now,
          last_status: status,
          last_error_code: record.error_code,
          deadline_at: now,
        },
      });
      return tx.attempt.create({
        data: {
          ...record,
          ...answer,
          delivery_id,
          webhook_id: id,
          number: 1,
          outcome: delivered ? 'delivered' : 'failed',
        },
      });
    });
  const attempt = await untilAnswered(store, PATIENCE_MS);
  platform.live.notify('deliveries', [id]);
  return toAttempt(attempt, webhook.target_url);
}

/** @returns what was stored of the event, and what came of its request; null when it was erased before it was written. */
async function sendOnce(
  { platform, organization_id, actor, egressAllow }: Scope,
  webhook: Webhook,
  { event_type, data }: { event_type: string; data: string },
  sending: TestSending,
): Promise<{ stored: z.infer<typeof made>[0]; attempted: Attempted | null }> {
  try {
    const stored = await inTransaction(platform.database, async (tx) => {
      const [event] = made.parse(
        await tx.$queryRaw`
      insert into event (id, organization_id, event_type, occurred_at, body, origin, actor_type, actor_id, actor_name)
        select id, ${organization_id}, ${event_type}, now(),
            format('{"id":"%s","type":"%s","timestamp":"%s","data":%s}', id, ${event_type}::text,
              to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), ${data}::text),
            'test', ${actor.type}, ${actor.id}, ${actor.name}
          from (select uuidv7() as id) fresh
        returning id::text as event_id, uuidv7()::text as delivery_id, body, now() as now`,
      );
      await sending.begin(tx, event.event_id);
      return event;
    });
    const { now, ...event } = stored;
    let calledOff = false;
    const attempted = await sendAttempt(platform.outbound, egressAllow, {
      ...(await openWebhook(platform.secrets, webhook, now)),
      ...event,
      target_url: webhook.target_url,
      event_type,
      number: 1,
      startedAt: now.getTime(),
      queueMs: 0,
      mayStart: () => {
        calledOff = sending.isErased();
        return sending.mayStart();
      },
    });
    return { stored, attempted: calledOff ? null : attempted };
  } finally {
    await sending.end();
  }
}

/** Uses the requested type, or the first one that the webhook subscribes to, with its example unless data was given. */
async function exampleFor(scope: Scope, taken: readonly string[], { event_type, data }: Omit<Given, 'id'>) {
  const types = (await listEventTypes(scope)).items;
  const wanted = event_type ?? types.find(({ name }) => taken.some((one) => matchesEventType(one, name)))?.name;
  const type = types.find(({ name }) => name === (wanted ?? BUILT_IN_EVENT_TYPES[0]?.name));
  if (!type) {
    const near = nearName(
      event_type ?? '',
      types.map(({ name }) => name),
    );
    const hint = near ? `did you mean ${near}?` : 'GET /api/event-types lists them.';
    throw invalid({ path: ['event_type'], message: `There is no event type "${event_type}": ${hint}` });
  }
  return { event_type: type.name, data: data ?? writeJson(type.example ?? {}) };
}
