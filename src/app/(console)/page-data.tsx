import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { getServerSession, serverHelpers } from '#api/server-caller.ts';
import { packExact } from '#client/exact-state.ts';
import { HydratedState } from '#client/hydrated-state.tsx';
import { paths } from '#ui/page/paths.ts';
import { leadsNowhere } from './leads-nowhere.ts';

type Helpers = Awaited<ReturnType<typeof serverHelpers>>;

type Props = {
  /** Where to come back to after signing in, with what was filtered. */
  path: string;
  query?: URLSearchParams;
  /** Fetches what the page shows first. */
  load: (api: Helpers) => Promise<unknown>;
  children: ReactNode;
};

/**
 * A page for people who are signed in. When the browser asks for a document, the page comes with its data; on a
 * navigation inside the console it comes at once, with skeletons or what the browser still has, and fetches its data
 * itself.
 */
export async function PageData({ path, query, load, children }: Props) {
  const session = await getServerSession();
  if (!session) redirect(paths.signIn(query?.size ? `${path}?${query}` : path));
  // The layout shows what is missing instead.
  if (session.lacks_two_factor) return null;
  // The same elements as with data: else a refresh would mount the page anew, and lose what is typed and shown in it.
  if (!(await asksForDocument())) return <HydratedState state={null}>{children}</HydratedState>;
  const api = await serverHelpers();
  await load(api).catch((error: unknown) => {
    if (leadsNowhere(error)) notFound();
    throw error;
  });
  return <HydratedState state={packExact(api.dehydrate())}>{children}</HydratedState>;
}

/** Next asks for pages with any `Accept` once it runs in the browser; browsers ask for documents as HTML. */
const asksForDocument = async () => (await headers()).get('accept')?.includes('text/html') ?? false;
