import type { Metadata } from 'next';
import { serverCaller } from '#api/server-caller.ts';
import { ConsoleApiProvider } from '#client/console-api-provider.tsx';
import { SingleSignOn } from '#features/people/auth/pages/single-sign-on.tsx';
import { AcceptInvitationForm } from '#features/people/members/pages/accept-invitation-form.tsx';
import { Refusal } from '#platform/trpc/refusal.ts';
import { Entrance } from '#ui/page/entrance.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';

export const metadata: Metadata = { title: 'Invitation' };

export default async function InvitationPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await queryOf(searchParams)).get('token') ?? '';
  const api = await serverCaller();
  const invitation = await api.invitations.open({ token }).catch((error: unknown) => {
    if (error instanceof Refusal) return null;
    throw error;
  });
  if (!invitation)
    return (
      <Entrance
        title="This invitation no longer works"
        lead="It was already used, was revoked, or has expired. Ask the person who sent it for another one."
      >
        <div>
          <LinkButton href={paths.signIn()}>Sign in</LinkButton>
        </div>
      </Entrance>
    );
  const { password, sso } = await api.signIn.options();
  return (
    <Entrance
      title={`Join ${invitation.organization}`}
      lead={`You are invited as ${invitation.role}.${invitation.account === 'none' ? ' Make your account.' : ''}`}
    >
      <ConsoleApiProvider>
        {password || invitation.account === 'signed_in' ? (
          <AcceptInvitationForm token={token} invitation={invitation} />
        ) : (
          sso && (
            <SingleSignOn
              name={sso}
              // A new account joins by its address alone.
              next={invitation.account === 'none' ? paths.home : `/invitation?token=${encodeURIComponent(token)}`}
              alone
            />
          )
        )}
      </ConsoleApiProvider>
    </Entrance>
  );
}
