import '@mantine/charts/styles.layer.css';
import type { ReactNode } from 'react';
import { getServerSession } from '#api/server-caller.ts';
import { CspElsewhere, CspFrame } from '#features/csp/groups/pages/csp-frame.tsx';

export default async function CspLayout({ children }: { children: ReactNode }) {
  const session = await getServerSession();
  // The page itself sends to the sign-in page; what it may not ask for it is not asked to show.
  if (!session) return children;
  return session.sees_csp_reports ? <CspFrame>{children}</CspFrame> : <CspElsewhere />;
}
