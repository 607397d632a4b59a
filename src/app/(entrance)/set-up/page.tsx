import type { Metadata } from 'next';
import { serverHelpers } from '#api/server-caller.ts';
import { ConsoleApiProvider } from '#client/console-api-provider.tsx';
import { SetUpForm } from '#features/people/set-up/pages/set-up-form.tsx';
import { Entrance } from '#ui/page/entrance.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';

export const metadata: Metadata = { title: 'Set up' };

export default async function SetUpPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await queryOf(searchParams)).get('token') ?? undefined;
  const { needed } = await (await serverHelpers()).setup.status.fetch();
  if (!needed) {
    return (
      <Entrance
        title="The console is set up already"
        lead="Its set-up link has done its work. Sign in, or ask an owner for an account."
      >
        <div>
          <LinkButton href={paths.signIn()}>Sign in</LinkButton>
        </div>
      </Entrance>
    );
  }
  return (
    <Entrance title="Set up the console" lead="Make the first account. It owns the organization and can do everything.">
      {token ? (
        <ConsoleApiProvider>
          <SetUpForm token={token} />
        </ConsoleApiProvider>
      ) : (
        <div>
          <Notice tone="failure">
            This link has no token. Open the set-up link that the console printed when it started.
          </Notice>
        </div>
      )}
    </Entrance>
  );
}
