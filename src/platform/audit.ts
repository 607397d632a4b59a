import type { InputJsonObject } from './generated/prisma/internal/prismaNamespace.ts';
import type { Actor, Scope } from './scope.ts';
import { noteAuditRow, type Transaction } from './transaction.ts';

/** What happened to what. `details` must hold no secret: give masks. */
export type AuditEntry = {
  action: string;
  target: { type: string; id: string; name: string };
  severity?: 'info' | 'security';
  details?: Record<string, unknown>;
};

type Audited = Pick<Scope, 'ip' | 'user_agent'> & { organization_id: string | null; actor: Actor };

/** Writes one row of `dataintel.audit_log` in the transaction of the change itself. */
export async function recordAudit(tx: Transaction, scope: Audited, entry: AuditEntry): Promise<void> {
  const { id } = await tx.auditLog.create({
    data: {
      organization_id: scope.organization_id,
      actor_type: scope.actor.type,
      actor_id: scope.actor.id,
      actor_name: scope.actor.name,
      action: entry.action,
      target_type: entry.target.type,
      target_id: entry.target.id,
      target_name: entry.target.name,
      ip: scope.ip,
      user_agent: scope.user_agent,
      severity: entry.severity ?? 'info',
      details: (entry.details ?? {}) as InputJsonObject,
    },
    select: { id: true },
  });
  noteAuditRow(tx, id);
}
