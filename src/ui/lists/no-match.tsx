'use client';

import { Button } from '@mantine/core';
import { IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { EmptyState } from './empty-state.tsx';

type Props = { title: string; children: ReactNode; onClear: () => void };

/** What a list shows when it has rows, but its filters leave none of them. */
export function NoMatch({ title, children, onClear }: Props) {
  return (
    <EmptyState
      icon={<IconSearchOff size={22} />}
      title={title}
      action={
        <Button variant="default" onClick={onClear}>
          Clear filters
        </Button>
      }
    >
      {children}
    </EmptyState>
  );
}
