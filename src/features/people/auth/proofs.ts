import type { Ended, Ending } from '#core/ended.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';

/**
 * What happens to a person's account or memberships.
 *
 * - `password_changed`: by the person, who entered the old password
 * - `password_reset`: with a link
 * - `address_changed`: to another address
 * - `address_proved`: a mailed link or a provider proved an unconfirmed address, or a provider's identity was linked for the
 *   first time
 * - `role_changed`, `left` (or removed), and `joined` (or created): in an organization
 */
export const PROOF_EVENTS = [
  'password_changed',
  'password_reset',
  'address_changed',
  'address_proved',
  'role_changed',
  'left',
  'joined',
] as const;

export type ProofEvent = (typeof PROOF_EVENTS)[number];

type About = {
  user_id: string;
  /** The organization in which the role changed, or that was left or joined. */
  organization_id?: string;
  /** The session that continues after a password change. */
  keeps_session?: string | undefined;
};

type Proof = {
  ends: readonly ProofEvent[];
  /** Why other events don't end it. */
  otherwise?: string;
  /** @returns how many ended */
  end(tx: Transaction, about: About): Promise<number>;
};

/** What the sign-in library calls the provider of single sign-on. */
export const OIDC = 'oidc';

/** Changes of what proves a person. Nothing that was handed out before remains valid. */
const RENEWED = ['password_changed', 'password_reset', 'address_proved'] as const;

const ofOrganization = ({ organization_id }: About) =>
  organization_id === undefined ? {} : { organizationId: organization_id };

/**
 * Everything that proves a person or opens an organization, with the events that end it. Whatever is added to the sign-in
 * gets a line here; proofs.test.ts walks the table on a real database.
 */
export const PROOFS = {
  password: {
    ends: ['address_proved'],
    otherwise: 'A change or a reset replaces it. Roles and memberships are looked up on each request.',
    async end(tx, { user_id: userId }) {
      return (await tx.account.deleteMany({ where: { userId, providerId: 'credential' } })).count;
    },
  },
  second_factor: {
    ends: ['address_proved'],
    otherwise: 'It proves the person beside the password, which a new password must not undo.',
    async end(tx, { user_id: userId }) {
      const { count } = await tx.twoFactor.deleteMany({ where: { userId } });
      if (count > 0) await tx.user.update({ where: { id: userId }, data: { twoFactorEnabled: false } });
      return count;
    },
  },
  session: {
    ends: [...RENEWED, 'left'],
    otherwise: 'Roles, memberships and the address are looked up on each request.',
    async end(tx, { user_id: userId, organization_id, keeps_session }) {
      if (organization_id !== undefined && (await tx.member.count({ where: { userId } })) > 0) {
        const where = { userId, activeOrganizationId: organization_id };
        await tx.session.updateMany({ where, data: { activeOrganizationId: null } });
        return 0;
      }
      const kept = keeps_session === undefined ? {} : { id: { not: keeps_session } };
      return (await tx.session.deleteMany({ where: { userId, ...kept } })).count;
    },
  },
  half_sign_in: {
    ends: PROOF_EVENTS,
    async end(tx, { user_id }) {
      // The library stores the person's id in `value`, and beside it a counter of attempts, which expires by itself.
      return (await tx.verification.deleteMany({ where: { kind: null, value: user_id } })).count;
    },
  },
  reset_link: {
    ends: PROOF_EVENTS,
    end: (tx, { user_id: userId }) => endLinks(tx, { userId, kind: 'reset' }),
  },
  change_of_address: {
    ends: PROOF_EVENTS,
    end: (tx, { user_id: userId }) => endLinks(tx, { userId, kind: 'change_email' }),
  },
  link_made_for_others: {
    ends: [...RENEWED, 'role_changed', 'left'],
    otherwise: 'The maker is an admin of the same organization still.',
    end: (tx, about) => endLinks(tx, { madeById: about.user_id, ...ofOrganization(about) }),
  },
  invitation_made: {
    ends: [...RENEWED, 'role_changed', 'left'],
    otherwise: 'The maker is an admin of the same organization still.',
    end: (tx, about) => cancel(tx, { inviterId: about.user_id, ...ofOrganization(about) }),
  },
  invitation_received: {
    ends: ['role_changed', 'left'],
    otherwise: 'It opens one organization, to whoever its admins meant by the address.',
    async end(tx, about) {
      const { email } = await tx.user.findUniqueOrThrow({ where: { id: about.user_id }, select: { email: true } });
      return cancel(tx, { email, ...ofOrganization(about) });
    },
  },
} satisfies Record<Ending, Proof>;

/**
 * What gives access and is ended by no event of a person, with the reason. docs/people.md has the same entries.
 */
export const OUTLIVES = {
  provider_identity: 'The provider proves the person anew at each sign-in; memberships are looked up.',
  provider_sign_in:
    'A sign-in under way at the provider proves nobody before the provider answers. It ends in ten minutes.',
  api_key: 'It belongs to the organization. The list of keys shows if its creator has left.',
  set_up_token: 'It makes the first account and ends with it.',
} as const;

const endLinks = async (
  tx: Transaction,
  where: { userId?: string; madeById?: string; organizationId?: string; kind?: 'reset' | 'change_email' },
): Promise<number> => (await tx.verification.deleteMany({ where })).count;

const cancel = async (
  tx: Transaction,
  where: { email?: string; inviterId?: string; organizationId?: string },
): Promise<number> =>
  (await tx.invitation.updateMany({ where: { ...where, status: 'pending' }, data: { status: 'canceled' } })).count;

/** Locks a person, so that transactions that change what proves them, or create a link for them, run one after another. */
export async function lockPerson(tx: Transaction, userId: string): Promise<void> {
  await tx.$queryRaw`select from "user" where id = ${userId} for no key update`;
}

/**
 * Ends everything that an event ends, in the transaction of the event.
 * @param about the state after the event: people who left are no longer members
 * @returns what ended, for the audit log and the response
 */
export async function endProofs(tx: Transaction, event: ProofEvent, about: About): Promise<Ended> {
  await lockPerson(tx, about.user_id);
  const ended: Ended = {};
  for (const [ending, proof] of Object.entries(PROOFS) as [Ending, Proof][]) {
    if (!proof.ends.includes(event)) continue;
    const count = await proof.end(tx, about);
    if (count > 0) ended[ending] = count;
  }
  return ended;
}

/** Sets the details of the audit rows that triggers write in this transaction. */
export async function giveAuditDetails(tx: Transaction, details: Record<string, unknown>): Promise<void> {
  await tx.$queryRaw`select set_config('honeyframe.audit_details', ${JSON.stringify(details)}, true)`;
}
