import type { Outputs } from '#client/console-api.ts';

export type Role = Outputs['session']['get']['role'];

const NAMES: Record<Role, string> = { owner: 'Owner', admin: 'Admin', member: 'Member' };

export const roleName = (role: Role): string => NAMES[role];

/** The roles that a person with this role may give to others. Only owners may make somebody an owner. */
export const rolesToGive = (by: Role): { value: Role; label: string }[] =>
  (['member', 'admin', 'owner'] as const)
    .filter((role) => role !== 'owner' || by === 'owner')
    .map((role) => ({ value: role, label: NAMES[role] }));
