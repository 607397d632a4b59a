'use client';

import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { useDocumentNonce } from './document-nonce.ts';
import { cssVariables } from './theme/css-variables.ts';
import { theme } from './theme/theme.ts';

type Props = {
  /** Of the document's content security policy, for style elements. */
  nonce?: string | undefined;
  children: ReactNode;
};

/** The theme, the place for dialogs and the place for toasts. */
export function ThemeProvider({ nonce: given, children }: Props) {
  const nonce = useDocumentNonce(given);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={nonce === undefined ? undefined : () => nonce}
    >
      <ModalsProvider>
        {children}
        <Notifications position="bottom-right" autoClose={5000} limit={3} />
      </ModalsProvider>
    </MantineProvider>
  );
}
