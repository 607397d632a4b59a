import { NOISE_RULES, type NoiseRule } from '#core/csp/noise/noise-rules.ts';
import type { Scope } from '#platform/scope.ts';
import { type NoiseRuleInAnswers, ownRule } from './row.ts';

/** The custom rules, newest first, followed by the built-in ones. */
export async function listNoiseRules({ platform, organization_id }: Scope) {
  const own = await platform.database.cspNoiseRule.findMany({ where: { organization_id }, orderBy: { id: 'desc' } });
  return { items: [...own.map(ownRule), ...NOISE_RULES.map(builtInRule)], next_cursor: null };
}

const builtInRule = (rule: NoiseRule): NoiseRuleInAnswers => ({
  id: rule.id,
  origin: 'built_in',
  name: rule.name,
  reason: rule.reason,
  hosts: [...(rule.hosts ?? [])],
  schemes: [...(rule.schemes ?? [])],
  samples: [...(rule.samples ?? [])],
  browsers: Object.entries(rule.oldBrowsers?.below ?? {}).map(([browser, version]) => `${browser} < ${version}`),
  source: rule.source,
  legitimate: rule.legitimate ?? null,
  created_by: null,
  created_at: null,
  updated_at: null,
  version: null,
});
