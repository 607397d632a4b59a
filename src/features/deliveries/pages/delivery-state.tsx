import { StateLabel, type Tone } from '#ui/page/state-label.tsx';
import { STATES, type State } from './delivery-filters.ts';

export type DeliveryLook = {
  status: 'pending' | 'delivered' | 'failed' | 'cancelled';
  retrying: boolean;
  attempt_count: number;
};

/** How each state of a delivery is displayed. A pending delivery is retrying after its first failed attempt. */
const LOOKS: Record<State, { tone: Tone; label: string }> = {
  pending: { tone: 'running', label: 'Pending' },
  retrying: { tone: 'warning', label: 'Retrying' },
  delivered: { tone: 'success', label: 'Delivered' },
  failed: { tone: 'failure', label: 'Failed' },
  cancelled: { tone: 'idle', label: 'Cancelled' },
};

const REASONS: Record<string, string> = {
  expired: 'no success within 24 hours',
  gone: 'the receiver answered 410 Gone',
  disabled: 'the webhook was disabled',
  deleted: 'the webhook was deleted',
  erased: 'the payload was erased',
  retention: 'the webhook was paused for too long',
  test: 'tests are not retried',
  unrecorded: 'its result could not be stored',
};

export const STATE_NAMES = STATES.map((state) => ({ state, label: LOOKS[state].label }));

/** Why a delivery ended without success, in words; null if there is nothing to say. */
export const reasonWords = ({ reason }: { reason: string | null }): string | null =>
  reason === null ? null : (REASONS[reason] ?? reason);

export function DeliveryState({ delivery }: { delivery: DeliveryLook }) {
  const { status, retrying, attempt_count } = delivery;
  const { tone, label } = LOOKS[retrying ? 'retrying' : status];
  return (
    <StateLabel tone={tone}>
      {label}
      {retrying && ` · ${attempt_count}`}
    </StateLabel>
  );
}
