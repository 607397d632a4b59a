'use client';

import type { CSSVariablesResolver } from '@mantine/core';
import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { setNonce } from 'get-nonce';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { blue, dark, gray, green, honey, red } from './palette.ts';
import { theme } from './theme.ts';

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

/**
 * The nonce that this document's policy knows, for styles that are made in the browser. It stays the first one that was
 * given: a later answer to the same document comes with a nonce of its own.
 * @param given by the layout; a page that stands for a layout that failed finds it in the document.
 */
function useDocumentNonce(given: string | undefined): string | undefined {
  const [nonce] = useState(() => {
    if (typeof document === 'undefined') return given;
    const own = given ?? document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
    // Dialogs lock the scrolling of the page with a style element of their own (react-style-singleton).
    if (own) setNonce(own);
    return own;
  });
  return nonce;
}

/**
 * The console's colours by what they are for. Both schemes are written out; `contrast.test.ts` holds every pair of
 * text and surface to WCAG AA (4.5:1).
 */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': gray[9],
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': gray[6],
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-anchor': honey[8],
    '--mantine-color-error': red[7],
    '--mantine-color-default-border': gray[3],
    '--mantine-color-default-color': gray[9],
    '--mantine-color-disabled-color': gray[6],
    '--surface-quiet': gray[0],
    '--surface-hover': gray[1],
    '--surface-raised': '#ffffff',
    '--surface-code': gray[0],
    '--hairline': gray[2],
    '--focus': honey[6],
    '--accent-text': honey[8],
    '--accent-quiet': honey[1],
    '--state-success': green[5],
    '--state-failure': red[5],
    '--state-running': blue[5],
    '--state-warning': honey[5],
    '--state-idle': gray[5],
  },
  dark: {
    '--mantine-color-text': dark[0],
    '--mantine-color-body': dark[7],
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': dark[3],
    '--mantine-color-anchor': honey[3],
    '--mantine-color-error': red[3],
    '--mantine-color-default-border': dark[4],
    '--mantine-color-default-color': dark[0],
    '--mantine-color-disabled-color': dark[2],
    '--surface-quiet': dark[8],
    '--surface-hover': dark[6],
    '--surface-raised': '#1b1917',
    '--surface-code': dark[8],
    '--hairline': dark[5],
    '--focus': honey[4],
    '--accent-text': honey[3],
    '--accent-quiet': '#33270f',
    '--state-success': green[4],
    '--state-failure': red[4],
    '--state-running': blue[4],
    '--state-warning': honey[4],
    '--state-idle': dark[3],
  },
});
