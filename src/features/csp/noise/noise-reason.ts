import { NOISE_RULES } from '#core/csp/noise/noise-rules.ts';
import type { OwnNoiseRule } from './own-noise-rules.ts';

/** The reason of the rule with this id; null if there is no id, or if the rule was deleted. */
export function noiseReason(id: string | null, own: readonly OwnNoiseRule[]): string | null {
  return (NOISE_RULES.find((rule) => rule.id === id) ?? own.find((rule) => rule.id === id))?.reason ?? null;
}
