import { leaveFor } from '#ui/leave-for.ts';
import { paths } from '#ui/paths.ts';
import { toastFailed } from '#ui/toast.tsx';
import { postAuth } from './post-auth.ts';

/** Goes to another organization of the person's: everything that is shown is another, so the console opens anew. */
export async function switchOrganization(id: string): Promise<void> {
  const answer = await postAuth(paths.authSetOrganization, { organizationId: id });
  if (answer.ok) await leaveFor(paths.home);
  else toastFailed(answer.message);
}
