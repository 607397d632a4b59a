import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { conflict, notFound, Refusal } from '#platform/trpc/refusal.ts';
import { lockPerson } from '../auth/proofs.ts';

/** Makes changes to an organization's people run one after another, so that the number of owners stays correct. */
export async function lockMembers(tx: Transaction, organizationId: string): Promise<void> {
  await tx.$queryRaw`select from organization where id = ${organizationId} for update`;
}

/** Like `lockMembers`, and checks the caller's role. @throws Refusal as `assertStillHas` */
export async function lockMembersAs(tx: Transaction, scope: Scope, by: Role): Promise<void> {
  await lockMembers(tx, scope.organization_id);
  await assertStillHas(tx, scope, by);
}

/**
 * Checks the caller's role again, because another change may have removed it while they waited for the lock.
 * @throws Refusal FORBIDDEN, NOT_FOUND if the caller is no longer a member
 */
export async function assertStillHas(tx: Transaction, { organization_id, actor }: Scope, by: Role): Promise<void> {
  const member = await tx.member.findFirst({ where: { organizationId: organization_id, userId: actor.id } });
  // For people who aren't members, the organization doesn't exist.
  if (!member) throw notFound('member');
  if (member.role !== by)
    throw new Refusal('FORBIDDEN', 'Your role was just changed. Reload the page to see what you can do.');
}

/** @throws Refusal FORBIDDEN if somebody who isn't an owner adds, demotes, or removes an owner. */
export function assertMayTouch(by: Role, ...roles: readonly string[]): void {
  if (by !== 'owner' && roles.includes('owner'))
    throw new Refusal('FORBIDDEN', 'Only owners can add or remove owners. Ask an owner of the organization.');
}

/** @throws Refusal CONFLICT when the organization would no longer have an owner. */
export async function assertOwnerLeft(tx: Transaction, organizationId: string, without: string): Promise<void> {
  const others = await tx.member.count({ where: { organizationId, role: 'owner', id: { not: without } } });
  if (others === 0) throw conflict('This is the last owner. Make somebody else an owner first.', ['role']);
}

/** An account gives access to all organizations of its person, so an admin of one of them must not get into the account. */
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
      'This person also belongs to another organization, and their account gives access to it. Ask the console’s operator for help, who can use "npm run cli -- users".',
      [],
    );
  return tx.user.findUniqueOrThrow({ where: { id: found.userId } });
}
