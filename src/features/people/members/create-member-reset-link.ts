import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { assertPasswordsAreOn } from '../passwords/assert-passwords-are-on.ts';
import { insertResetLink } from '../passwords/create-reset-link.ts';
import { lockOwnMember } from './lock-members.ts';

/**
 * Creates a link with which a member who forgot their password sets a new one. It works once and expires after a day. The
 * second factor stays.
 * @returns its path.
 * @throws Refusal NOT_FOUND, FORBIDDEN if an admin creates it for an owner, CONFLICT if the member belongs to another organization too.
 */
export async function createMemberResetLink(scope: Scope, by: Role, id: string): Promise<{ path: string }> {
  assertPasswordsAreOn(scope.platform);
  const path = await inTransaction(scope.platform.database, async (tx) => {
    const user = await lockOwnMember(tx, scope, by, id);
    const how = { via: 'shown', madeById: scope.actor.id, organizationId: scope.organization_id } as const;
    return insertResetLink(tx, user, how, scope);
  });
  return { path };
}
