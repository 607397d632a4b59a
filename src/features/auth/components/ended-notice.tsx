'use client';

import { Box, Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ENDED_COOKIE } from '#core/ended.ts';
import { Notice } from '#ui/notice.tsx';

/** Says what a sign-in by the provider ended: see auth.ts, which leaves it in a cookie. */
export function EndedNotice() {
  const [sentence, setSentence] = useState<string>();
  useEffect(() => setSentence(readCookie(ENDED_COOKIE)), []);
  if (!sentence) return null;
  const dismiss = () => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers.
    document.cookie = `${ENDED_COOKIE}=; path=/; max-age=0`;
    setSentence(undefined);
  };
  const button = (
    <Button variant="default" size="xs" onClick={dismiss}>
      Dismiss
    </Button>
  );
  return (
    <Box mb="lg">
      <Notice title="You sign in with the provider from now on" action={button}>
        What was set for your account before has ended, whoever set it. {sentence} Look through your organizations, and
        leave those that you don’t know.
      </Notice>
    </Box>
  );
}

function readCookie(name: string): string | undefined {
  const found = document.cookie.split('; ').find((one) => one.startsWith(`${name}=`));
  return found && decodeURIComponent(found.slice(name.length + 1));
}
