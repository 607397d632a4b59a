import type { z } from 'zod';
import { OWN_RULE } from '#core/csp-noise-own.ts';
import { recordAudit } from '#platform/audit.ts';
import { conflict, invalid, notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction, isUniqueViolation } from '#platform/transaction.ts';
import { ruleNameTaken } from './create-noise-rule.ts';
import { getOwnNoiseRule, type NoiseRuleInAnswers } from './list-noise-rules.ts';
import { hasPart, noPart, type updateNoiseRuleInput } from './noise-rule-schema.ts';

/**
 * Changes what is given of a rule and keeps the rest; violations of the past are labelled anew.
 * @throws Refusal NOT_FOUND, CONFLICT (the name is taken, or somebody else changed it at the same time), VALIDATION.
 */
export async function updateNoiseRule(
  scope: Scope,
  { id, ...change }: z.output<typeof updateNoiseRuleInput>,
): Promise<NoiseRuleInAnswers> {
  await inTransaction(scope.platform.database, async (tx) => {
    const before = await tx.cspNoiseRule.findFirst({ where: { id, organization_id: scope.organization_id } });
    if (!before) throw notFound('noise rule');
    if (!hasPart({ ...before, ...change })) throw invalid(noPart);
    const { count } = await tx.cspNoiseRule.updateMany({
      where: { id, organization_id: scope.organization_id, updated_at: before.updated_at },
      data: { ...change, updated_at: new Date() },
    });
    if (count === 0) throw conflict('Somebody else changed this rule just now: load it again.', []);
    await recordAudit(tx, scope, {
      action: 'csp_noise_rule.updated',
      target: { type: 'csp_noise_rule', id: `${OWN_RULE}${id}`, name: change.name ?? before.name },
      details: change,
    });
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) && change.name ? ruleNameTaken(change.name) : error;
  });
  return getOwnNoiseRule(scope, id);
}
