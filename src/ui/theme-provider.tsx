'use client';

import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { cssVariables } from './theme/css-variables.ts';
import { theme } from './theme/theme.ts';

/** The theme, the place for dialogs and the place for toasts. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <ModalsProvider>
        {children}
        <Notifications position="bottom-right" autoClose={5000} limit={3} />
      </ModalsProvider>
    </MantineProvider>
  );
}
