import { OWN_RULE } from '#core/csp/noise/own-noise.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';

/**
 * Deletes a noise rule. Violations that only this rule matched are no longer noise.
 * @throws Refusal NOT_FOUND
 */
export async function deleteNoiseRule(scope: Scope, id: string): Promise<void> {
  const mine = { id, organization_id: scope.organization_id };
  await inTransaction(scope.platform.database, async (tx) => {
    const before = await tx.cspNoiseRule.findFirst({ where: mine });
    const { count } = await tx.cspNoiseRule.deleteMany({ where: mine });
    if (!before || count === 0) throw notFound('noise rule');
    const { name, reason, hosts, schemes, samples } = before;
    await recordAudit(tx, scope, {
      action: 'csp_noise_rule.deleted',
      target: { type: 'csp_noise_rule', id: `${OWN_RULE}${id}`, name },
      details: { reason, hosts, schemes, samples },
    });
  });
}
