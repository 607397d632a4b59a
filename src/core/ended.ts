import { z } from 'zod';

/** What a change to an account or a membership can end, in singular and plural. */
const NAMES = {
  password: ['password', 'passwords'],
  second_factor: ['second factor with its recovery codes', 'second factors with their recovery codes'],
  session: ['session', 'sessions'],
  half_sign_in: ['sign-in that awaited its second factor', 'sign-ins that awaited their second factors'],
  reset_link: ['link for a new password', 'links for a new password'],
  change_of_address: ['pending change of address', 'pending changes of address'],
  link_made_for_others: ['link for a new password that they made for others', 'links that they made for others'],
  invitation_made: ['invitation that they made', 'invitations that they made'],
  invitation_received: ['invitation of their address', 'invitations of their address'],
} as const;

export type Ending = keyof typeof NAMES;

const ENDINGS = Object.keys(NAMES) as Ending[];

/** How many of each were ended. Zeros are left out. */
export const endedSchema = z.partialRecord(z.enum(ENDINGS), z.int());

export type Ended = z.output<typeof endedSchema>;

/** What a sign-in with a provider ended, for the page it redirects to. Neither secret nor trusted. */
export const ENDED_COOKIE = 'honeyframe-ended';

/** A sentence such as "Ended: 2 sessions, 1 link for a new password."; null if nothing was ended. */
export function endedSentence(ended: Ended): string | null {
  const parts = ENDINGS.flatMap((ending) => {
    const count = ended[ending] ?? 0;
    return count === 0 ? [] : [`${count} ${NAMES[ending][count === 1 ? 0 : 1]}`];
  });
  return parts.length === 0 ? null : `Ended: ${parts.join(', ')}.`;
}
