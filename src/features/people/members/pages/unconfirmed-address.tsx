import { Text, Tooltip } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { RefusedCall } from '#ui/page/failure-message.ts';
import { StateLabel } from '#ui/page/state-label.tsx';

const MEANING = 'Nobody has proved that this address is theirs, by a mailed link or at a provider.';

/** The label beside every unconfirmed address. */
export function UnconfirmedAddress({ label = 'Unconfirmed' }: { label?: string }) {
  return (
    <Tooltip label={MEANING} multiline maw={260} withArrow>
      <span>
        <StateLabel tone="warning">{label}</StateLabel>
      </span>
    </Tooltip>
  );
}

/** Whether the server asks to confirm a change that concerns an unconfirmed address. */
export const asksOfUnconfirmed = ({ data }: RefusedCall): boolean =>
  data?.issues?.some(({ path }) => path[0] === 'unconfirmed_ok') ?? false;

/** Shows the server's question about an unconfirmed address, and repeats the change when it is confirmed. */
export function confirmUnconfirmed(message: string, onConfirm: () => void): void {
  modals.openConfirmModal({
    title: 'Unconfirmed address',
    children: <Text>{message}</Text>,
    labels: { confirm: 'Change role', cancel: 'Cancel' },
    confirmProps: { color: 'red' },
    onConfirm,
  });
}
