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

/** A link that was seen before: whoever noted it outside the database can tell that the end was not cut off. */
export type Anchor = { position: number; hash: string };

/**
 * Computes every hash of the audit log again, looks for rows without a link, and for the ends that the last checks saw.
 * @returns a verdict for each organization, by name.
 */
export async function verifyAuditChain(platform: Pick<Platform, 'database'>): Promise<ChainVerdict[]> {
  const found = await listChains(platform);
  const verdicts: ChainVerdict[] = [];
  for (const { id, name } of found) {
    const verdict = await verifyChain(platform, id, await lastAnchor(platform, id));
    verdicts.push({ organization: id === '' ? null : { id, name }, ...verdict });
  }
  return verdicts;
}

/** The chains that there are, or were at the last check: a chain that was deleted whole must be missed too. */
export async function listChains({ database }: Pick<Platform, 'database'>) {
  return chains.parse(
    await database.$queryRaw`
      select coalesce(c.id, '') as id, o.name
      from (
        select organization_id as id from dataintel.audit_chain
        union select coalesce(organization_id, '') from dataintel.audit_log
        union select organization_id from audit_check
      ) c left join organization o on o.id = c.id
      order by o.name nulls first, c.id`,
  );
}

/** The end of a chain at its last check; null before the first. */
export async function lastAnchor(
  { database }: Pick<Platform, 'database'>,
  chain: string,
): Promise<(Anchor & { at: Date }) | null> {
  const check = await database.auditCheck.findUnique({ where: { organization_id: chain } });
  if (!check || check.position === 0n) return null;
  return { position: Number(check.position), hash: Buffer.from(check.hash).toString('hex'), at: check.anchored_at };
}

/** @returns whether some chain has the link, or the one chain that is asked for. */
export async function hasLink(
  { database }: Pick<Platform, 'database'>,
  { position, hash }: Anchor,
  chain?: string,
): Promise<boolean> {
  const found = await database.auditChain.findFirst({
    where: { position, hash: Buffer.from(hash, 'hex'), ...(chain !== undefined && { organization_id: chain }) },
    select: { position: true },
  });
  return found !== null;
}

/**
 * @param anchor must still be there.
 * @param after the position after which links are computed again; 0 for all, and then rows without a link are looked for.
 */
export async function verifyChain(
  platform: Pick<Platform, 'database'>,
  chain: string,
  anchor: (Anchor & { at: Date }) | null,
  after = 0,
) {
  const { database } = platform;
  let rows = after;
  let last_hash = anchor && after === anchor.position ? anchor.hash : '';
  const verdict = (broken: string | null) => ({ rows, last_hash, broken });
  if (anchor && !(await hasLink(platform, anchor, chain)))
    return verdict(
      `the end was cut off or replaced: link ${anchor.position} with the hash ${anchor.hash} was there on ${anchor.at.toISOString()} and is gone`,
    );
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
  if (after > 0) return verdict(null);
  const [extra] = unchained.parse(
    await database.$queryRaw`
      select a.id::text from dataintel.audit_log a
      where coalesce(a.organization_id, '') = ${chain}
        and not exists (select from dataintel.audit_chain c where c.audit_id = a.id) limit 1`,
  );
  return verdict(extra ? `the row ${extra.id} has no link` : null);
}
