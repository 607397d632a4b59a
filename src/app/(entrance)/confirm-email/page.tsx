import type { Metadata } from 'next';
import { ConsoleApiProvider } from '#client/console-api-provider.tsx';
import { ConfirmEmail } from '#features/account/components/confirm-email.tsx';
import { Entrance } from '#ui/entrance.tsx';
import { queryOf, type SearchParams } from '../../query-of.ts';

export const metadata: Metadata = { title: 'Confirm your address' };

export default async function ConfirmEmailPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await queryOf(searchParams)).get('token') ?? '';
  return (
    <Entrance title="Confirm your address" lead="You sign in with it from then on.">
      <ConsoleApiProvider>
        <ConfirmEmail token={token} />
      </ConsoleApiProvider>
    </Entrance>
  );
}
