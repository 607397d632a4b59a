import type { Ended } from '#core/ended.ts';
import type { Scope } from '#platform/scope.ts';
import { takeOut } from './remove-member.ts';

/**
 * Leaves the organization by oneself.
 * @throws Refusal CONFLICT for the last owner.
 */
export const leaveOrganization = (scope: Scope): Promise<Ended> =>
  takeOut(scope, { userId: scope.actor.id }, 'member.left', async () => {});
