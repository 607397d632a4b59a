import { Text, Tooltip } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { RefusedCall } from '#ui/page/failure-message.ts';
import { StateLabel } from '#ui/page/state-label.tsx';

const MEANING = 'Nobody has proved that this address is theirs, by a mailed link or at a provider.';

/** Stands beside every address that nobody has proved. */
export function UnconfirmedAddress({ label = 'Unconfirmed' }: { label?: string }) {
  return (
    <Tooltip label={MEANING} multiline maw={260} withArrow>
      <span>
        <StateLabel tone="warning">{label}</StateLabel>
      </span>
    </Tooltip>
  );
}

/** Whether the server asks to look at an unconfirmed address before it goes on. */
export const asksOfUnconfirmed = ({ data }: RefusedCall): boolean =>
  data?.issues?.some(({ path }) => path[0] === 'unconfirmed_ok') ?? false;

/** Shows what the server says of an unconfirmed address, and goes on when that is meant. */
export function confirmUnconfirmed(message: string, onConfirm: () => void): void {
  modals.openConfirmModal({
    title: 'Unconfirmed address',
    children: <Text>{message}</Text>,
    labels: { confirm: 'Change role', cancel: 'Cancel' },
    confirmProps: { color: 'red' },
    onConfirm,
  });
}
