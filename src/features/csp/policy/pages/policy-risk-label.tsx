import type { Risk } from '#core/csp/policy/risk.ts';
import { StateLabel, type Tone } from '#ui/page/state-label.tsx';

const LABELS: Record<Risk['level'], [Tone, string]> = {
  low: ['success', 'Low risk'],
  medium: ['warning', 'Medium risk'],
  high: ['failure', 'High risk'],
};

/** How much a change gives away, in a word. */
export function PolicyRiskLabel({ level }: { level: Risk['level'] }) {
  const [tone, label] = LABELS[level];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}
