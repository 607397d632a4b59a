import type { z } from 'zod';
import { OWN_RULE } from '#core/csp/noise/own-noise.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, isUniqueViolation } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import type { noiseRuleInput } from './noise-rule-schema.ts';
import { getOwnNoiseRule, type NoiseRuleInAnswers } from './row.ts';

/** Every violation is compared with every rule. */
const MOST_RULES = 200;

export const ruleNameTaken = (name: string) =>
  conflict(`There is already a rule with the name "${name}". Choose another name.`, ['name']);

/**
 * Creates a noise rule. It also applies to earlier violations.
 * @throws Refusal CONFLICT if its name is taken, or if there are too many rules.
 */
export async function createNoiseRule(
  scope: Scope,
  input: z.output<typeof noiseRuleInput>,
): Promise<NoiseRuleInAnswers> {
  const { organization_id, actor } = scope;
  const id = await inTransaction(scope.platform.database, async (tx) => {
    if ((await tx.cspNoiseRule.count({ where: { organization_id } })) >= MOST_RULES)
      throw conflict(
        `There are already ${MOST_RULES} rules, which is the limit. Delete one, or add the hosts to an existing rule.`,
        [],
      );
    const rule = await tx.cspNoiseRule.create({
      data: {
        ...input,
        organization_id,
        created_by_type: actor.type,
        created_by_id: actor.id,
        created_by_name: actor.name,
      },
    });
    await recordAudit(tx, scope, {
      action: 'csp_noise_rule.created',
      target: { type: 'csp_noise_rule', id: `${OWN_RULE}${rule.id}`, name: rule.name },
      details: input,
    });
    return rule.id;
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) ? ruleNameTaken(input.name) : error;
  });
  return getOwnNoiseRule(scope, id);
}
