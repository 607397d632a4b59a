'use client';

import { Text } from '@mantine/core';
import { useEffect } from 'react';

/** Tells the pages of this browser whose identity was confirmed in a window of its own. */
export const CONFIRMED_CHANNEL = 'identity-confirmed';

/** The end of the way over the provider: tells the page that waits, and closes its window. */
export function IdentityConfirmed({ userId }: { userId: string }) {
  useEffect(() => {
    const channel = new BroadcastChannel(CONFIRMED_CHANNEL);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none: it is this origin's own.
    channel.postMessage(userId);
    channel.close();
    globalThis.close();
  }, [userId]);
  return <Text role="status">You can close this window and go on where you were.</Text>;
}
