import { StateLabel, type Tone } from '#ui/state-label.tsx';

export type WebhookLook = { status: 'active' | 'paused' | 'disabled'; health: 'ok' | 'failing' };
type Shown = 'disabled' | 'failing' | 'paused' | 'active';

/** One table for what a webhook's state looks like: what needs attention first. */
const STATES: Record<Shown, { tone: Tone; label: string; rank: number }> = {
  disabled: { tone: 'failure', label: 'Disabled', rank: 0 },
  failing: { tone: 'warning', label: 'Failing', rank: 1 },
  paused: { tone: 'idle', label: 'Paused', rank: 2 },
  active: { tone: 'success', label: 'Active', rank: 3 },
};

const shownOf = ({ status, health }: WebhookLook): Shown =>
  status === 'active' ? (health === 'failing' ? 'failing' : 'active') : status;

/** How urgently somebody should look: the lowest first. */
export const attentionRank = (webhook: WebhookLook): number => STATES[shownOf(webhook)].rank;

export function WebhookState({ webhook }: { webhook: WebhookLook }) {
  const { tone, label } = STATES[shownOf(webhook)];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}
