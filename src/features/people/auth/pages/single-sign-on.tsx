'use client';

import { Button, Stack } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { useState } from 'react';
import { leaveFor } from '#ui/page/leave-for.ts';
import { Notice } from '#ui/page/notice.tsx';
import { localPath, paths } from '#ui/page/paths.ts';
import { postAuth } from './post-auth.ts';

type Props = { name: string; next: string | undefined; alone: boolean };

/** A button that leads to the provider, and back to the page that was requested. */
export function SingleSignOn({ name, next, alone }: Props) {
  const [message, setMessage] = useState<string>();
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    setMessage(undefined);
    const answer = await postAuth(paths.authSignInOidc, { callbackURL: localPath(next) });
    if (answer.ok && typeof answer.body.url === 'string') await leaveFor(answer.body.url);
    setMessage(answer.ok ? 'The provider gave no address.' : answer.message);
    setBusy(false);
  };
  return (
    <Stack gap="md">
      {message && <Notice tone="failure">{message}</Notice>}
      <Button
        variant={alone ? 'filled' : 'default'}
        leftSection={<IconLogin2 size={16} />}
        loading={busy}
        onClick={() => void go()}
        fullWidth
      >
        Sign in with {name}
      </Button>
    </Stack>
  );
}
