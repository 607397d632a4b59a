import type { z } from 'zod';
import { OWN_RULE } from '#core/csp/noise/own-noise.ts';
import { actorSchema } from '#features/people/auth/schema.ts';
import type { CspNoiseRuleModel } from '#platform/generated/prisma/models.ts';
import { versionOf } from '#platform/postgres/field-versions.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import type { noiseRuleSchema } from './noise-rule-schema.ts';

export type NoiseRuleInAnswers = z.input<typeof noiseRuleSchema>;

/** @throws Refusal NOT_FOUND */
export async function getOwnNoiseRule({ platform, organization_id }: Scope, id: string): Promise<NoiseRuleInAnswers> {
  const row = await platform.database.cspNoiseRule.findFirst({ where: { id, organization_id } });
  if (!row) throw notFound('noise rule');
  return ownRule(row);
}

/** The fields of a rule that can be changed, from which its version is computed. */
export const changeable = ({ name, reason, hosts, schemes, samples }: CspNoiseRuleModel) => ({
  name,
  reason,
  hosts,
  schemes,
  samples,
});

export const ownRule = (row: CspNoiseRuleModel): NoiseRuleInAnswers => ({
  id: `${OWN_RULE}${row.id}`,
  origin: 'own',
  ...changeable(row),
  browsers: [],
  source: null,
  legitimate: null,
  created_by: actorSchema.parse({ type: row.created_by_type, id: row.created_by_id, name: row.created_by_name }),
  created_at: row.created_at,
  updated_at: row.updated_at,
  version: versionOf(changeable(row)),
});
