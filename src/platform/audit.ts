import { z } from 'zod';
import { writeJson } from '#core/json/user-json.ts';
import type { Actor } from './actor.ts';
import { noteAuditRow, type Transaction } from './postgres/transaction.ts';

/** What happened to what. `details` must hold no secret: give masks. */
export type AuditEntry = {
  action: string;
  target: { type: string; id: string; name: string };
  severity?: 'info' | 'security';
  details?: Record<string, unknown>;
};

type Audited = { ip: string | null; user_agent: string | null; organization_id: string | null; actor: Actor };

const ids = z.tuple([z.object({ id: z.string() })]);

/** Writes one row of `dataintel.audit_log` in the transaction of the change itself, with numbers in its details as they were given. */
export async function recordAudit(tx: Transaction, scope: Audited, entry: AuditEntry): Promise<void> {
  const { actor, organization_id, ip, user_agent } = scope;
  const { action, target, severity = 'info', details = {} } = entry;
  const [{ id }] = ids.parse(
    await tx.$queryRaw`
      insert into dataintel.audit_log (organization_id, actor_type, actor_id, actor_name, action, target_type, target_id,
          target_name, ip, user_agent, severity, details)
        values (${organization_id}, ${actor.type}, ${actor.id}, ${actor.name}, ${action}, ${target.type}, ${target.id},
          ${target.name}, ${ip}, ${user_agent}, ${severity}, ${writeJson(details)}::jsonb)
        returning id::text as id`,
  );
  noteAuditRow(tx, id);
}
