import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { assertWebhook } from '#features/webhooks/assert-webhook.ts';
import { whileAdmitted } from '#platform/http/while-admitted.ts';
import type { Scope } from '#platform/scope.ts';
import { idSchema } from '#platform/trpc/fields.ts';
import { procedure } from '#platform/trpc/procedure.ts';

/** A page is notified at most twice a second, however many deliveries change. */
const GATHER_MS = 500;

type Change = { at: string };

/** Whether one of the webhooks whose deliveries have changed is meant. */
type IsMeant = (ids: ReadonlySet<string>) => boolean | Promise<boolean>;

/** Notifies a page whenever deliveries of the webhooks that it shows have changed, so that it reads them again. */
async function* tailDeliveries(scope: Scope, isMeant: IsMeant, signal: AbortSignal): AsyncGenerator<Change, void> {
  /** Null: any may have changed. */
  let changed: Set<string> | null = new Set();
  let woken = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => woken.resolve());
  const leave = scope.platform.live.follow('deliveries', (ids) => {
    if (ids === null) changed = null;
    else for (const id of ids) changed?.add(id);
    woken.resolve();
  });
  try {
    yield { at: new Date().toISOString() };
    while (!signal.aborted) {
      await woken.promise;
      await delay(GATHER_MS, undefined, { signal }).catch(() => {});
      woken = Promise.withResolvers();
      if (signal.aborted) return;
      const ids: Set<string> | null = changed;
      changed = new Set();
      if (ids === null || (await isMeant(ids))) yield { at: new Date().toISOString() };
    }
  } finally {
    leave();
  }
}

/** Those of an organization. Its webhooks are read again when one that is not known has changed: it may be new. */
function ofOrganization({ platform, organization_id }: Scope): IsMeant {
  const known = new Map<string, boolean>();
  return async (ids) => {
    const unknown = [...ids].filter((id) => !known.has(id));
    if (unknown.length > 0) {
      const own = await platform.database.webhook.findMany({
        where: { organization_id, id: { in: unknown } },
        select: { id: true },
      });
      for (const id of unknown) known.set(id, false);
      for (const { id } of own) known.set(id, true);
    }
    return [...ids].some((id) => known.get(id));
  };
}

const stream = z.custom<AsyncIterable<Change>>();

export const tailProcedure = procedure
  .meta({ needs: { role: 'member', scope: 'read' } })
  .input(z.strictObject({ webhook_id: idSchema.optional() }).prefault({}))
  .output(stream)
  .subscription(async ({ ctx, input: { webhook_id }, signal }) => {
    if (webhook_id) await assertWebhook(ctx.scope, webhook_id);
    const isMeant: IsMeant = webhook_id ? (ids) => ids.has(webhook_id) : ofOrganization(ctx.scope);
    return whileAdmitted({ ...ctx, signal }, (until) => tailDeliveries(ctx.scope, isMeant, until));
  });
