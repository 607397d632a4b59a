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

/** The settings of alerts about new violations and spikes, and the alerts that were sent. */
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
          'Fields that are left out keep their values. From the moment alerts are turned on, groups that were never seen before are new. Each group causes at most one alert a day.',
        versioned: true,
      },
    })
    .input(updateAlertSettingsInput.prefault({}))
    .output(alertSettingsSchema)
    .mutation(({ ctx, input }) => updateAlertSettings(ctx.scope, input)),

  test: cspProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/csp/alert-settings/test',
        tag,
        summary: 'Send an example alert',
        description: 'Sends once, without retries. If the other side refuses the request, the result has `ok: false`.',
        errors: ['NOT_FOUND'],
      },
    })
    .input(testAlertInput.prefault({}))
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
        description: 'The groups that alerts were sent about, with the result of each.',
      },
    })
    .input(z.strictObject(pageInput).prefault({}))
    .output(pageOf(alertSchema))
    .query(({ ctx, input }) => listAlerts(ctx.scope, input)),
});
