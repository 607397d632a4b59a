import { recordAudit } from '#platform/audit.ts';
import type { Actor, Platform } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import { AUDIT_LOG } from './check-audit-log.ts';

/**
 * Takes the audit log as it is, for instance after a backup was restored: what was found is cleared, and the next check
 * notes the ends anew. Audited, with what had been found.
 * @returns how many chains had been found altered.
 */
export async function acceptAuditLog({ database }: Platform, actor: Actor): Promise<number> {
  const altered = await database.auditCheck.findMany({ where: { broken: { not: null } } });
  for (const { organization_id, position, broken } of altered) {
    await inTransaction(database, async (tx) => {
      const { count } = await tx.auditCheck.deleteMany({ where: { organization_id, broken } });
      if (count === 0) return;
      await recordAudit(
        tx,
        { organization_id: organization_id === '' ? null : organization_id, actor, ip: null, user_agent: null },
        {
          action: 'audit_log.accepted',
          severity: 'security',
          target: AUDIT_LOG,
          details: { found: broken, last_whole_position: Number(position) },
        },
      );
    });
  }
  return altered.length;
}
