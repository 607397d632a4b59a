'use client';

import { Anchor, Button, Stack } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { RelativeTime } from '#ui/values/relative-time.tsx';

type Kind = Outputs['session']['get']['security_notices'][number]['kind'];

const WORDS = {
  passwords_guessed: {
    title: 'Someone tried to guess your password',
    text: 'Further tries have to wait longer and longer. If it was not you, use a password that you use nowhere else, and turn on two-factor authentication on',
  },
  codes_guessed: {
    title: 'Someone knows your password',
    text: 'They gave it, and then wrong two-factor codes. If it was not you, change your password now on',
  },
  session_guessed: {
    title: 'Someone tried to guess your password in one of your sessions',
    text: 'If it was not you, sign out all other sessions and change your password on',
  },
} satisfies Record<Kind, { title: string; text: string }>;

/** Notices about the person's account, until they dismiss them. */
export function SecurityNotices() {
  const { security_notices } = useSession();
  const cache = api.useUtils();
  const dismiss = api.account.dismissNotice.useMutation({ onSettled: () => cache.session.get.invalidate() });
  if (security_notices.length === 0) return null;
  return (
    <Stack gap="sm" mb="lg">
      {security_notices.map(({ kind, last_at }) => (
        <Notice
          key={kind}
          tone="failure"
          title={WORDS[kind].title}
          action={
            <Button variant="default" size="xs" loading={dismiss.isPending} onClick={() => dismiss.mutate({ kind })}>
              Dismiss
            </Button>
          }
        >
          Last noticed <RelativeTime at={last_at} />. {WORDS[kind].text}{' '}
          <Anchor component={IntentLink} href={paths.account} inherit underline="always">
            your account page
          </Anchor>
          .
        </Notice>
      ))}
    </Stack>
  );
}
