import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { getServerSession, isStranded, serverHelpers } from '#api/server-caller.ts';
import { ConsoleApiProvider } from '#client/console-api-provider.tsx';
import { SignIn } from '#features/people/auth/pages/sign-in.tsx';
import { Entrance } from '#ui/page/entrance.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { localPath } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  const next = query.get('next') ?? undefined;
  if (await getServerSession()) redirect(localPath(next));
  const api = await serverHelpers();
  const { needed } = await api.setup.status.fetch();
  if (needed) {
    return (
      <Entrance title="Set up the console">
        <div>
          <Notice>There is no account yet. Open the set-up link that the console printed when it started.</Notice>
        </div>
      </Entrance>
    );
  }
  return (
    <Entrance title="Sign in">
      {(await isStranded()) && (
        <div>
          <Notice>
            You are signed in, but in no organization. Open the link of your invitation, ask an owner to invite you, or
            sign in with another account.
          </Notice>
        </div>
      )}
      <ConsoleApiProvider>
        <SignIn next={next} options={await api.signIn.options.fetch()} error={query.get('error') ?? undefined} />
      </ConsoleApiProvider>
    </Entrance>
  );
}
