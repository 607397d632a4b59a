import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';

/** Says what was done. */
export function toastDone(message: string): void {
  notifications.show({ message, icon: <IconCheck size={16} />, color: 'green' });
}

/** Says what failed and what to do; stays until it is closed. */
export function toastFailed(message: string): void {
  notifications.show({ message, icon: <IconAlertTriangle size={16} />, color: 'red', autoClose: false });
}
