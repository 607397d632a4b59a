import { Stack } from '@mantine/core';
import type { Metadata } from 'next';
import { getServerSession, isStranded } from '#api/server-caller.ts';
import { ConsoleApiProvider } from '#client/console-api-provider.tsx';
import { ConfirmEmail } from '#features/people/account/pages/confirm-email.tsx';
import { Entrance } from '#ui/page/entrance.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';

export const metadata: Metadata = { title: 'Confirm your address' };

export default async function ConfirmEmailPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await queryOf(searchParams)).get('token') ?? '';
  const isSignedIn = (await getServerSession()) !== null || (await isStranded());
  return (
    <Entrance title="Confirm your address" lead="You sign in with it from then on.">
      {isSignedIn ? (
        <ConsoleApiProvider>
          <ConfirmEmail token={token} />
        </ConsoleApiProvider>
      ) : (
        <Stack gap="md" align="flex-start">
          <p>Sign in first, with the address that you have now. If you asked for no change, close this page.</p>
          <LinkButton href={paths.signIn(`/confirm-email?token=${encodeURIComponent(token)}`)}>Sign in</LinkButton>
        </Stack>
      )}
    </Entrance>
  );
}
