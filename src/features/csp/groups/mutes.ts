import { actorSchema } from '#features/people/auth/schema.ts';
import { firstOrganizationId } from '#features/people/organization/organization.ts';
import type { Actor } from '#platform/actor.ts';
import type { CspMuteModel } from '#platform/generated/prisma/models.ts';
import type { Platform, Scope } from '#platform/scope.ts';

/** That a group is muted, with the reason and the person who muted it. */
export type Mute = { group_id: string; title: string; note: string; by: Actor; at: Date };

/** The mutes of the organization that CSP reports belong to, newest first. */
export async function loadMutes(platform: Pick<Platform, 'database'>): Promise<Mute[]> {
  const organization_id = await firstOrganizationId(platform);
  if (organization_id === null) return [];
  const rows = await platform.database.cspMute.findMany({ where: { organization_id }, orderBy: { at: 'desc' } });
  return rows.map(toMute);
}

export const toMute = ({ group_id, title, note, by_type, by_id, by_name, at }: CspMuteModel): Mute => ({
  group_id,
  title,
  note,
  by: actorSchema.parse({ type: by_type, id: by_id, name: by_name }),
  at,
});

/** The organization's mutes, newest first. */
export async function listMutes({ platform, organization_id }: Scope) {
  const rows = await platform.database.cspMute.findMany({ where: { organization_id }, orderBy: { at: 'desc' } });
  return { items: rows.map(toMute).map(muteInAnswers), next_cursor: null };
}

export const muteInAnswers = ({ group_id, ...mute }: Mute) => ({ group: group_id, ...mute });
export type MuteInAnswers = ReturnType<typeof muteInAnswers>;
