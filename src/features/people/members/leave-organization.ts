import type { Ended } from '#core/ended.ts';
import type { Scope } from '#platform/scope.ts';
import { takeOut } from './remove-member.ts';

/**
 * Removes the caller from the organization.
 * @throws Refusal CONFLICT for the last owner.
 */
export const leaveOrganization = (scope: Scope): Promise<Ended> =>
  takeOut(scope, { userId: scope.actor.id }, 'member.left', async () => {});
