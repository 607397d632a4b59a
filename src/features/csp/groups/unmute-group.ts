import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';

/** @throws Refusal NOT_FOUND when the group is not muted. */
export async function unmuteGroup(scope: Scope, group_id: string): Promise<void> {
  const mine = { group_id, organization_id: scope.organization_id };
  await inTransaction(scope.platform.database, async (tx) => {
    const before = await tx.cspMute.findFirst({ where: mine });
    const { count } = await tx.cspMute.deleteMany({ where: mine });
    if (!before || count === 0) throw notFound('muted group');
    await recordAudit(tx, scope, {
      action: 'csp_group.unmuted',
      target: { type: 'csp_group', id: group_id, name: before.title },
      details: { note: before.note },
    });
  });
}
