import type { Actor } from '#platform/actor.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { AUDIT_LOG } from './check-audit-log.ts';
import { lastAnchor, listChains, verifyChain } from './verify-audit-chain.ts';

/** What was accepted in a chain, in words. `organization` is null for the installation's chain. */
export type Accepted = { organization: string | null; found: string[] };

/**
 * Accepts the audit log as it is, after a backup was restored or a row was altered. Every chain is verified, and
 * everything wrong with it is accepted with a reason, in an entry of the chain that names each altered row and its
 * current content. Later verifications continue past these rows, and find them again if they change once more.
 * @returns what was accepted, by chain.
 */
export async function acceptAuditLog(platform: Platform, actor: Actor, reason: string): Promise<Accepted[]> {
  const { database, log } = platform;
  const done: Accepted[] = [];
  for (const { id: chain, name } of await listChains(platform)) {
    const anchor = await lastAnchor(platform, chain);
    const first = await verifyChain(platform, chain, anchor);
    // If the end was cut off, the rest of the chain is verified too.
    const verdict = first.broken && first.alterations.length === 0 ? await verifyChain(platform, chain, null) : first;
    const noted = await database.auditCheck.findUnique({ where: { organization_id: chain } });
    const found = [
      ...new Set(
        [noted?.broken, first.broken, ...verdict.alterations.map(({ what }) => what)].filter((one) => one != null),
      ),
    ];
    if (found.length === 0) continue;
    const organization_id = chain === '' ? null : chain;
    await inTransaction(database, async (tx) => {
      await tx.auditCheck.deleteMany({ where: { organization_id: chain } });
      await recordAudit(
        tx,
        { organization_id, actor, ip: null, user_agent: null },
        {
          action: 'audit_log.accepted',
          severity: 'security',
          target: AUDIT_LOG,
          details: {
            reason,
            found: found.join('; '),
            last_whole_position: Number(noted?.position ?? 0),
            accepted: verdict.alterations,
          },
        },
      );
    });
    log.warn({ audit: { organization_id, reason, accepted: found } }, 'Alterations of the audit log were accepted');
    done.push({ organization: name ?? organization_id, found });
  }
  return done;
}
