import type { z } from 'zod';
import { OWN_RULE } from '#core/csp/noise/own-noise.ts';
import { recordAudit } from '#platform/audit.ts';
import { assertNotOvertaken, changesOf, orShowCurrent } from '#platform/postgres/field-versions.ts';
import { inTransaction, isUniqueViolation } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { invalid, notFound } from '#platform/trpc/refusal.ts';
import { ruleNameTaken } from './create-noise-rule.ts';
import { hasPart, noPart, type updateNoiseRuleInput } from './noise-rule-schema.ts';
import { changeable, getOwnNoiseRule, type NoiseRuleInAnswers } from './row.ts';

/**
 * Changes the given fields of a rule and keeps the others. The change also applies to earlier violations. A change that
 * equals what is stored writes nothing.
 * @throws Refusal NOT_FOUND, CONFLICT (the name is taken), VALIDATION; Overtaken when somebody else changed the same
 * fields since the given version.
 */
export async function updateNoiseRule(
  scope: Scope,
  { id, version, if_match, ...given }: z.output<typeof updateNoiseRuleInput>,
): Promise<NoiseRuleInAnswers> {
  const change = () =>
    inTransaction(scope.platform.database, async (tx) => {
      await tx.$queryRaw`select from csp_noise_rule where id = ${id}::uuid for update`;
      const before = await tx.cspNoiseRule.findFirst({ where: { id, organization_id: scope.organization_id } });
      if (!before) throw notFound('noise rule');
      const changes = changesOf(before, given);
      assertNotOvertaken({ version, if_match }, changeable(before), Object.keys(changes));
      if (!hasPart({ ...before, ...changes })) throw invalid(noPart);
      if (Object.keys(changes).length === 0) return;
      await tx.cspNoiseRule.update({ where: { id }, data: { ...changes, updated_at: new Date() } });
      await recordAudit(tx, scope, {
        action: 'csp_noise_rule.updated',
        target: { type: 'csp_noise_rule', id: `${OWN_RULE}${id}`, name: changes.name ?? before.name },
        details: changes,
      });
    }).catch((error: unknown) => {
      throw isUniqueViolation(error) && given.name ? ruleNameTaken(given.name) : error;
    });
  const read = () => getOwnNoiseRule(scope, id);
  await orShowCurrent(change, read);
  return read();
}
