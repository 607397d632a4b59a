import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { getServerSession } from '#api/server-caller.ts';
import { IdentityConfirmed } from '#features/people/account/pages/identity-confirmed.tsx';
import { Entrance } from '#ui/page/entrance.tsx';
import { paths } from '#ui/page/paths.ts';

export const metadata: Metadata = { title: 'Identity confirmed' };

/** Where the provider leads back to from the window that the console opened. */
export default async function IdentityConfirmedPage() {
  const session = await getServerSession();
  if (!session) redirect(paths.signIn());
  if (!session.is_fresh)
    return (
      <Entrance
        title="Your identity was not confirmed"
        lead="Your provider didn’t ask you to sign in again, or didn’t say when you last did. Close this window and try again. If it happens again, contact whoever runs this console: the provider must honor max_age and send auth_time."
      >
        {null}
      </Entrance>
    );
  return (
    <Entrance title="Identity confirmed" lead="Your change is being made in the window that you came from.">
      <IdentityConfirmed userId={session.user.id} />
    </Entrance>
  );
}
