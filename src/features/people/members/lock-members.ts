import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { conflict, notFound, Refusal } from '#platform/trpc/refusal.ts';
import { lockPerson } from '../auth/proofs.ts';

/** Who changes an organization's people waits here for others who do: owners are counted, and then one may go. */
export async function lockMembers(tx: Transaction, organizationId: string): Promise<void> {
  await tx.$queryRaw`select from organization where id = ${organizationId} for update`;
}

/** As `lockMembers`, for who changes people. @throws Refusal as `assertStillHas` */
export async function lockMembersAs(tx: Transaction, scope: Scope, by: Role): Promise<void> {
  await lockMembers(tx, scope.organization_id);
  await assertStillHas(tx, scope, by);
}

/**
 * Looks again at the role of who asks, which another change may have taken while they waited for the lock.
 * @throws Refusal FORBIDDEN, NOT_FOUND for who is no member any more
 */
export async function assertStillHas(tx: Transaction, { organization_id, actor }: Scope, by: Role): Promise<void> {
  const member = await tx.member.findFirst({ where: { organizationId: organization_id, userId: actor.id } });
  // To who is no member, the organization is not there.
  if (!member) throw notFound('member');
  if (member.role !== by)
    throw new Refusal('FORBIDDEN', 'Your role was just changed. Reload the page to see what you can do.');
}

/** @throws Refusal FORBIDDEN when somebody who is no owner makes one, unmakes one, or removes one. */
export function assertMayTouch(by: Role, ...roles: readonly string[]): void {
  if (by !== 'owner' && roles.includes('owner'))
    throw new Refusal('FORBIDDEN', 'Only owners can add or remove owners. Ask an owner of the organization.');
}

/** @throws Refusal CONFLICT when the organization would no longer have an owner. */
export async function assertOwnerLeft(tx: Transaction, organizationId: string, without: string): Promise<void> {
  const others = await tx.member.count({ where: { organizationId, role: 'owner', id: { not: without } } });
  if (others === 0) throw conflict('This is the last owner. Make somebody else an owner first.', ['role']);
}

/** An account opens every organization that its person is in: an admin of one of them does not get into the others. */
export async function lockOwnMember(tx: Transaction, scope: Scope, by: Role, id: string) {
  const { organization_id } = scope;
  await lockMembersAs(tx, scope, by);
  const found = await tx.member.findFirst({ where: { id, organizationId: organization_id } });
  if (!found) throw notFound('member');
  assertMayTouch(by, found.role);
  // Somebody who is joining another organization waits for this lock, or has already joined.
  await lockPerson(tx, found.userId);
  const elsewhere = await tx.member.count({
    where: { userId: found.userId, organizationId: { not: organization_id } },
  });
  if (elsewhere > 0)
    throw conflict(
      'This person also belongs to another organization, which their account opens too. Ask whoever runs the console to help, with "npm run cli -- users".',
      [],
    );
  return tx.user.findUniqueOrThrow({ where: { id: found.userId } });
}
