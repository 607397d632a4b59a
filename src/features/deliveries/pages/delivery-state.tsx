import { StateLabel, type Tone } from '#ui/page/state-label.tsx';

export type DeliveryLook = { status: 'pending' | 'delivered' | 'failed' | 'cancelled'; reason: string | null };

/** How each state of a delivery is displayed. */
const STATES: Record<DeliveryLook['status'], { tone: Tone; label: string }> = {
  pending: { tone: 'running', label: 'Waiting' },
  delivered: { tone: 'success', label: 'Delivered' },
  failed: { tone: 'failure', label: 'Failed' },
  cancelled: { tone: 'idle', label: 'Cancelled' },
};

const REASONS: Record<string, string> = {
  expired: '24 hours passed',
  gone: 'the receiver wants no more',
  disabled: 'the webhook was disabled',
  deleted: 'the webhook was deleted',
  erased: 'the payload was erased',
  retention: 'held by a pause for too long',
  test: 'a test, not tried again',
  unrecorded: 'its result could not be stored',
};

export const DELIVERY_STATUS_NAMES = Object.entries(STATES).map(([value, { label }]) => ({ value, label }));

/** Why a delivery ended without success, in words; null if there is nothing to say. */
export const reasonWords = ({ reason }: Pick<DeliveryLook, 'reason'>): string | null =>
  reason === null ? null : (REASONS[reason] ?? reason);

export function DeliveryState({ delivery }: { delivery: DeliveryLook }) {
  const { tone, label } = STATES[delivery.status];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}
