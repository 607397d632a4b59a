import { z } from 'zod';
import { sendResultSchema } from '#features/connectors/schema.ts';
import { pageInput, pageOf } from '#platform/trpc/paging.ts';
import { router } from '#platform/trpc/procedure.ts';
import { cspProcedure } from '../csp-scope.ts';
import { alertSchema, alertSettingsSchema, testAlertInput, updateAlertSettingsInput } from './alert-schema.ts';
import { getAlertSettings } from './alert-settings.ts';
import { listAlerts } from './list-alerts.ts';
import { testAlert } from './test-alert.ts';
import { updateAlertSettings } from './update-alert-settings.ts';

const tag = 'CSP alerts';
const read = { role: 'member', scope: 'read' } as const;
const write = { role: 'admin', scope: 'write' } as const;

/** Whether and how the organization is told of new violations and spikes, and what it was told. */
export const alertsRouter = router({
  get: cspProcedure
    .meta({
      needs: read,
      rest: { method: 'GET', path: '/api/csp/alert-settings', tag, summary: 'Get the alert settings', versioned: true },
    })
    .output(alertSettingsSchema)
    .query(({ ctx }) => getAlertSettings(ctx.scope.platform.database, ctx.scope.organization_id)),

  update: cspProcedure
    .meta({
      needs: write,
      rest: {
        method: 'PATCH',
        path: '/api/csp/alert-settings',
        tag,
        summary: 'Change the alert settings',
        description:
          'What is left out stays. From the moment alerts are switched on, groups that were never seen before are new. Each group is told once a day at most.',
        versioned: true,
      },
    })
    .input(updateAlertSettingsInput)
    .output(alertSettingsSchema)
    .mutation(({ ctx, input }) => updateAlertSettings(ctx.scope, input)),

  test: cspProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/csp/alert-settings/test',
        tag,
        summary: 'Send an example of an alert',
        description: 'Once, without retry; a refusal by the other side is a result with `ok: false`.',
        errors: ['NOT_FOUND'],
      },
    })
    .input(testAlertInput)
    .output(sendResultSchema)
    .mutation(({ ctx, input }) => testAlert(ctx.scope, input)),

  list: cspProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/csp/alerts',
        tag,
        summary: 'List alerts',
        description: 'The groups that were told, and what came of each.',
      },
    })
    .input(z.strictObject(pageInput))
    .output(pageOf(alertSchema))
    .query(({ ctx, input }) => listAlerts(ctx.scope, input)),
});
