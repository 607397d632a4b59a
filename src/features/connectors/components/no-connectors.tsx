'use client';

import { Button } from '@mantine/core';
import { IconPlugConnected, IconSearchOff } from '@tabler/icons-react';
import { EmptyState } from '#ui/empty-state.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { paths } from '#ui/paths.ts';
import { useUrlQuery } from '#ui/use-url-query.ts';

/** Nothing has been made yet. */
export function NoConnectors({ mayChange }: { mayChange: boolean }) {
  return (
    <EmptyState
      icon={<IconPlugConnected size={22} />}
      title="No connectors yet"
      action={mayChange && <LinkButton href={paths.newConnector()}>New connector</LinkButton>}
    >
      A connector sends messages to another system for your agents and programs. Choose what it sends to, give it the
      address or the credentials, and press “Send test”.
    </EmptyState>
  );
}

/** Something has been made, but the filters leave nothing of it. */
export function NoMatch() {
  const { set } = useUrlQuery();
  return (
    <EmptyState
      icon={<IconSearchOff size={22} />}
      title="No connector matches"
      action={
        <Button variant="default" onClick={() => set({ search: null, type: null, state: null })}>
          Clear filters
        </Button>
      }
    >
      Look for another part of the name, or take a filter away.
    </EmptyState>
  );
}
