import { StateLabel, type Tone } from '#ui/state-label.tsx';

export type WebhookLook = {
  status: 'active' | 'paused' | 'disabled';
  health: 'ok' | 'failing';
  problem: 'secrets_unreadable' | null;
};
type Shown = 'unreadable' | 'disabled' | 'failing' | 'paused' | 'active';

/** One table for what a webhook's state looks like: what needs attention first. */
const STATES: Record<Shown, { tone: Tone; label: string; rank: number }> = {
  unreadable: { tone: 'failure', label: 'Secret unreadable', rank: 0 },
  disabled: { tone: 'failure', label: 'Disabled', rank: 1 },
  failing: { tone: 'warning', label: 'Failing', rank: 2 },
  paused: { tone: 'idle', label: 'Paused', rank: 3 },
  active: { tone: 'success', label: 'Active', rank: 4 },
};

function shownOf({ status, health, problem }: WebhookLook): Shown {
  if (problem !== null && status !== 'disabled') return 'unreadable';
  return status === 'active' && health === 'failing' ? 'failing' : status;
}

/** How urgently somebody should look: the lowest first. */
export const attentionRank = (webhook: WebhookLook): number => STATES[shownOf(webhook)].rank;

export function WebhookState({ webhook }: { webhook: WebhookLook }) {
  const { tone, label } = STATES[shownOf(webhook)];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}
