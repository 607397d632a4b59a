import { leaveFor } from '#ui/leave-for.ts';
import { paths } from '#ui/paths.ts';
import { toastFailed } from '#ui/toast.tsx';
import { postAuth } from './post-auth.ts';

/** Ends the session and forgets everything that this tab has loaded. */
export async function signOut(): Promise<void> {
  const answer = await postAuth(paths.authSignOut, {});
  if (answer.ok) return leaveFor(paths.signIn());
  toastFailed(`You are still signed in. ${answer.message}`);
}
