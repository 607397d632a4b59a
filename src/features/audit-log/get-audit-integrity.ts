import type { z } from 'zod';
import type { Scope } from '#platform/scope.ts';
import { listAcceptances } from './list-acceptances.ts';
import type { auditIntegritySchema } from './schema.ts';

export type AuditIntegrity = z.input<typeof auditIntegritySchema>;

/** Where the organization's audit log ends, and what the last checks of it and of the installation's log found. */
export async function getAuditIntegrity({ platform, organization_id }: Scope): Promise<AuditIntegrity> {
  const { database } = platform;
  const [end, check, installation, accepted] = await Promise.all([
    database.auditChain.findFirst({ where: { organization_id }, orderBy: { position: 'desc' } }),
    database.auditCheck.findUnique({ where: { organization_id } }),
    database.auditCheck.findUnique({ where: { organization_id: '' } }),
    listAcceptances(platform, organization_id),
  ]);
  return {
    entries: Number(end?.position ?? 0),
    anchor: end ? `${end.position}:${Buffer.from(end.hash).toString('hex')}` : null,
    checked_at: check?.checked_at ?? null,
    verified_at: check?.verified_at ?? null,
    broken: check?.broken ?? null,
    broken_at: check?.broken_at ?? null,
    accepted: accepted.map(({ position, entry_id, what, reason, accepted_at }) => ({
      position,
      entry_id,
      what,
      reason,
      accepted_at,
    })),
    installation_broken: installation?.broken ?? null,
  };
}
