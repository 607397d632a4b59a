import { z } from 'zod';
import type { CspAlertModel } from '#platform/generated/prisma/models.ts';
import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { ALERT_REASONS, type alertSchema } from './alert-schema.ts';
import { LONGEST_SEND_MS } from './take-over-alerts.ts';

const stored = z.object({ reason: z.enum(ALERT_REASONS), state: z.enum(['sending', 'sent', 'failed']) });

/** The alerts that were sent, newest first. */
export async function listAlerts({ platform, organization_id }: Scope, { limit, cursor }: Page) {
  const rows = await platform.database.cspAlert.findMany({
    where: { organization_id, ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  return page(rows.map(toAlert), limit);
}

function toAlert(row: CspAlertModel): z.input<typeof alertSchema> {
  const { reason, state } = stored.parse(row);
  const isStuck = state === 'sending' && row.claimed_at.getTime() < Date.now() - LONGEST_SEND_MS;
  return { ...row, group: row.group_id, reason, state: isStuck ? 'interrupted' : state };
}
