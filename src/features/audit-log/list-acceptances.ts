import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

/**
 * An alteration that somebody accepted. `hash` is the row's hash at that time, or null if the row or its link was
 * missing.
 */
export type Acceptance = {
  position: number;
  entry_id: string | null;
  what: string;
  hash: string | null;
  reason: string;
  accepted_at: Date;
};

const detailsSchema = z.object({
  reason: z.string().default(''),
  accepted: z
    .array(
      z.object({ position: z.int(), entry_id: z.string().nullable(), what: z.string(), hash: z.string().nullable() }),
    )
    .default([]),
});
const rows = z.array(z.object({ at: z.date(), details: detailsSchema }));

/**
 * The accepted alterations of a chain, oldest first. Each is part of an entry of the chain itself, which counts only if
 * it is unaltered: changing the entry removes the acceptance.
 * @param chain an organization's id, or '' for the installation's.
 */
export async function listAcceptances({ database }: Pick<Platform, 'database'>, chain: string): Promise<Acceptance[]> {
  const found = rows.parse(
    await database.$queryRaw`
      select a.at, a.details from dataintel.audit_log a join dataintel.audit_chain c on c.audit_id = a.id
        left join dataintel.audit_chain p on p.organization_id = c.organization_id and p.position = c.position - 1
      where a.organization_id is not distinct from ${chain === '' ? null : chain} and a.action = 'audit_log.accepted'
        and c.organization_id = ${chain} and c.hash = dataintel.audit_hash(coalesce(p.hash, ''::bytea), a)
      order by c.position`,
  );
  return found.flatMap(({ at, details: { reason, accepted } }) =>
    accepted.map((one) => ({ ...one, reason, accepted_at: at })),
  );
}
