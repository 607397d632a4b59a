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

/** Notifies a page whenever a webhook's deliveries have changed, so that it reloads its list. */
async function* tailDeliveries(scope: Scope, id: string, signal: AbortSignal): AsyncGenerator<Change, void> {
  let changed = false;
  let woken = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => woken.resolve());
  const leave = scope.platform.live.follow('deliveries', (ids) => {
    if (ids !== null && !ids.includes(id)) return;
    changed = true;
    woken.resolve();
  });
  try {
    yield { at: new Date().toISOString() };
    while (!signal.aborted) {
      if (!changed) await woken.promise;
      await delay(GATHER_MS, undefined, { signal }).catch(() => {});
      woken = Promise.withResolvers();
      changed = false;
      if (!signal.aborted) yield { at: new Date().toISOString() };
    }
  } finally {
    leave();
  }
}

const stream = z.custom<AsyncIterable<Change>>();

export const tailProcedure = procedure
  .meta({ needs: { role: 'member', scope: 'read' } })
  .input(z.strictObject({ id: idSchema }))
  .output(stream)
  .subscription(async ({ ctx, input, signal }) => {
    await assertWebhook(ctx.scope, input.id);
    return whileAdmitted({ ...ctx, signal }, (until) => tailDeliveries(ctx.scope, input.id, until));
  });
