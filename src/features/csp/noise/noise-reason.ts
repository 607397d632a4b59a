import { NOISE_RULES } from '#core/csp/noise/noise-rules.ts';
import type { OwnNoiseRule } from './own-noise-rules.ts';

/** The reason of the rule with this id, in words; null for none, and for a rule that is no more. */
export function noiseReason(id: string | null, own: readonly OwnNoiseRule[]): string | null {
  return (NOISE_RULES.find((rule) => rule.id === id) ?? own.find((rule) => rule.id === id))?.reason ?? null;
}
