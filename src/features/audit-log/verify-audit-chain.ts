import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

/** What became of one organization's chain. `organization` is null for what concerns none. */
export type ChainVerdict = {
  organization: { id: string; name: string | null } | null;
  rows: number;
  /** The hash of the last link in hex: who noted it elsewhere can tell that the end was not cut off. */
  last_hash: string;
  /** The first thing that is wrong, in words. */
  broken: string | null;
};

const LINKS_AT_ONCE = 5_000;

const chains = z.array(z.object({ id: z.string(), name: z.string().nullable() }));
const links = z.array(
  z.object({
    position: z.bigint(),
    audit_id: z.string(),
    hash: z.string(),
    state: z.enum(['whole', 'changed', 'gone']),
  }),
);
const unchained = z.array(z.object({ id: z.string() }));

/**
 * Computes every hash of the audit log again, and looks for rows without a link.
 * @returns a verdict for each organization, by name.
 */
export async function verifyAuditChain(platform: Pick<Platform, 'database'>): Promise<ChainVerdict[]> {
  const found = chains.parse(
    await platform.database.$queryRaw`
      select coalesce(c.id, '') as id, o.name
      from (
        select organization_id as id from dataintel.audit_chain
        union select coalesce(organization_id, '') from dataintel.audit_log
      ) c left join organization o on o.id = c.id
      order by o.name nulls first, c.id`,
  );
  const verdicts: ChainVerdict[] = [];
  for (const { id, name } of found) {
    const verdict = await verifyChain(platform, id);
    verdicts.push({ organization: id === '' ? null : { id, name }, ...verdict });
  }
  return verdicts;
}

async function verifyChain({ database }: Pick<Platform, 'database'>, chain: string) {
  let rows = 0;
  let last_hash = '';
  const verdict = (broken: string | null) => ({ rows, last_hash, broken });
  for (;;) {
    const some = links.parse(
      await database.$queryRaw`
        select c.position, c.audit_id::text, encode(c.hash, 'hex') as hash, case
            when a.id is null or coalesce(a.organization_id, '') <> c.organization_id then 'gone'
            when c.hash <> dataintel.audit_hash(coalesce(p.hash, ''::bytea), a) then 'changed'
            else 'whole' end as state
        from dataintel.audit_chain c
          left join dataintel.audit_chain p on p.organization_id = c.organization_id and p.position = c.position - 1
          left join dataintel.audit_log a on a.id = c.audit_id
        where c.organization_id = ${chain} and c.position > ${rows} order by c.position limit ${LINKS_AT_ONCE}`,
    );
    for (const { position, audit_id, hash, state } of some) {
      if (position !== BigInt(rows + 1)) return verdict(`link ${rows + 1} is gone`);
      if (state === 'gone') return verdict(`the row ${audit_id} (link ${position}) is gone`);
      if (state === 'changed') return verdict(`the row ${audit_id} (link ${position}) was changed`);
      rows += 1;
      last_hash = hash;
    }
    if (some.length < LINKS_AT_ONCE) break;
  }
  const [extra] = unchained.parse(
    await database.$queryRaw`
      select a.id::text from dataintel.audit_log a
      where coalesce(a.organization_id, '') = ${chain}
        and not exists (select from dataintel.audit_chain c where c.audit_id = a.id) limit 1`,
  );
  return verdict(extra ? `the row ${extra.id} has no link` : null);
}
