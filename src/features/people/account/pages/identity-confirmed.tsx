'use client';

import { Text } from '@mantine/core';
import { useEffect } from 'react';

/** Tells the other pages of this browser that the identity was confirmed in this window. */
export const CONFIRMED_CHANNEL = 'identity-confirmed';

/** The last step of a confirmation at the provider: tells the waiting page, and closes this window. */
export function IdentityConfirmed({ userId }: { userId: string }) {
  useEffect(() => {
    const channel = new BroadcastChannel(CONFIRMED_CHANNEL);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has no target origin. It is limited to this origin.
    channel.postMessage(userId);
    channel.close();
    globalThis.close();
  }, [userId]);
  return <Text role="status">You can close this window and continue where you were.</Text>;
}
