import type { ReactNode } from 'react';
import { getServerSession, serverHelpers } from '#api/server-caller.ts';
import { ConsoleApiProvider } from '#client/console-api-provider.tsx';
import { packExact } from '#client/exact-state.ts';
import { HydratedState } from '#client/hydrated-state.tsx';
import { ConfirmIdentity } from '#features/people/account/pages/confirm-identity.tsx';
import { SecurityNotices } from '#features/people/account/pages/security-notices.tsx';
import { TwoFactorRequired } from '#features/people/account/pages/two-factor-required.tsx';
import { ConsoleFrame } from '#features/people/auth/pages/console-frame.tsx';
import { Clock } from '#ui/values/clock.tsx';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  // The page itself sends to the sign-in page: it knows where to come back to.
  if (!(await getServerSession())) return children;
  const api = await serverHelpers();
  const { lacks_two_factor } = await api.session.get.fetch();
  return (
    <ConsoleApiProvider>
      <HydratedState state={packExact(api.dehydrate())}>
        <Clock renderedAt={Date.now()}>
          <ConsoleFrame>
            <SecurityNotices />
            {lacks_two_factor ? <TwoFactorRequired /> : children}
          </ConsoleFrame>
          <ConfirmIdentity />
        </Clock>
      </HydratedState>
    </ConsoleApiProvider>
  );
}
