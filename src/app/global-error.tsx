'use client';

import '@mantine/core/styles.layer.css';
import '#ui/theme/global.css';
import { Button, mantineHtmlProps } from '@mantine/core';
import { Entrance } from '#ui/page/entrance.tsx';
import { ThemeProvider } from '#ui/theme/theme-provider.tsx';

export default function GlobalErrorPage({ retry }: { retry: () => void }) {
  return (
    <html lang="en" {...mantineHtmlProps}>
      <body>
        <title>Something went wrong · Honeyframe</title>
        <ThemeProvider>
          <Entrance
            title="Something went wrong"
            lead="The console could not be shown. The cause is in its log; trying again often helps."
          >
            <div>
              <Button onClick={retry}>Try again</Button>
            </div>
          </Entrance>
        </ThemeProvider>
      </body>
    </html>
  );
}
