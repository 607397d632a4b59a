import { StateLabel, type Tone } from '#ui/page/state-label.tsx';

export type WebhookLook = {
  status: 'active' | 'paused' | 'disabled';
  health: 'ok' | 'failing';
  problem: 'secrets_unreadable' | null;
};
type Shown = 'unreadable' | 'disabled' | 'failing' | 'paused' | 'active';

/** How each state of a webhook is displayed. */
const STATES: Record<Shown, { tone: Tone; label: string }> = {
  unreadable: { tone: 'failure', label: 'Secret unreadable' },
  disabled: { tone: 'failure', label: 'Disabled' },
  failing: { tone: 'warning', label: 'Failing' },
  paused: { tone: 'idle', label: 'Paused' },
  active: { tone: 'success', label: 'Active' },
};

function shownOf({ status, health, problem }: WebhookLook): Shown {
  if (problem !== null && status !== 'disabled') return 'unreadable';
  return status === 'active' && health === 'failing' ? 'failing' : status;
}

export function WebhookState({ webhook }: { webhook: WebhookLook }) {
  const { tone, label } = STATES[shownOf(webhook)];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}
