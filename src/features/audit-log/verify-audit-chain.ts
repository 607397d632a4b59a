import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';
import { listAcceptances } from './list-acceptances.ts';

/** The result for one organization's chain. `organization` is null for the installation's chain. */
export type ChainVerdict = {
  organization: { id: string; name: string | null } | null;
  rows: number;
  /** The hash of the last link in hex. Recorded elsewhere, it proves later that the end was not cut off. */
  last_hash: string;
  /** The first thing that is wrong, in words. */
  broken: string | null;
  /** Alterations that were not accepted, in chain order, at most 100. */
  alterations: Alteration[];
  /** How many alterations were found that somebody had accepted. */
  accepted: number;
};

/**
 * `hash`: the row's current hash in hex, or null if the row or its link is missing. A row without a link has the
 * position 0.
 */
export type Alteration = { position: number; entry_id: string | null; what: string; hash: string | null };

const MOST_ALTERATIONS = 100;

const LINKS_AT_ONCE = 5_000;

const chains = z.array(z.object({ id: z.string(), name: z.string().nullable() }));
const links = z.array(
  z.object({
    position: z.bigint(),
    audit_id: z.string(),
    hash: z.string(),
    actual: z.string().nullable(),
    state: z.enum(['whole', 'changed', 'gone']),
  }),
);
const unchained = z.array(z.object({ id: z.string(), hash: z.string() }));

/** A link that was seen before. If it was recorded outside the database, it proves that the end was not cut off. */
export type Anchor = { position: number; hash: string };

/**
 * Recomputes every hash of the audit log, and looks for rows without a link and for the ends that the last checks saw.
 * @returns a result for each organization, by name.
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

/** The chains that exist now or existed at the last check, so that a chain that was deleted entirely is noticed. */
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

/** @returns whether any chain has the link, or the given chain. */
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
 * Continues after alterations, and past those that were accepted in their current form.
 * @param anchor must still exist.
 * @param after the position after which links are recomputed; 0 for all, which also looks for rows without a link.
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
  let accepted = 0;
  const alterations: Alteration[] = [];
  const acceptances = await listAcceptances(platform, chain);
  const verdict = (broken: string | null) => ({ rows, last_hash, broken, alterations, accepted });
  const note = (found: Alteration) => {
    const isAccepted = acceptances.some(
      ({ position, hash, entry_id }) =>
        position === found.position && hash === found.hash && entry_id === found.entry_id,
    );
    if (isAccepted) accepted += 1;
    else alterations.push(found);
  };
  if (anchor && !(await hasLink(platform, anchor, chain)))
    return verdict(
      `the end was cut off or replaced: link ${anchor.position} with the hash ${anchor.hash} existed on ${anchor.at.toISOString()} and is missing now`,
    );
  let whole: { rows: number; last_hash: string } | null = null;
  while (alterations.length < MOST_ALTERATIONS) {
    const some = links.parse(
      await database.$queryRaw`
        select c.position, c.audit_id::text, encode(c.hash, 'hex') as hash,
          encode(dataintel.audit_hash(coalesce(p.hash, ''::bytea), a), 'hex') as actual, case
            when a.id is null or coalesce(a.organization_id, '') <> c.organization_id then 'gone'
            when c.hash <> dataintel.audit_hash(coalesce(p.hash, ''::bytea), a) then 'changed'
            else 'whole' end as state
        from dataintel.audit_chain c
          left join dataintel.audit_chain p on p.organization_id = c.organization_id and p.position = c.position - 1
          left join dataintel.audit_log a on a.id = c.audit_id
        where c.organization_id = ${chain} and c.position > ${rows} order by c.position limit ${LINKS_AT_ONCE}`,
    );
    for (const { position, audit_id, hash, actual, state } of some) {
      const number = Number(position);
      if (number !== rows + 1)
        note({ position: rows + 1, entry_id: null, what: `link ${rows + 1} is missing`, hash: null });
      const named = { position: number, entry_id: audit_id };
      if (state === 'gone') note({ ...named, what: `the row ${audit_id} (link ${position}) is missing`, hash: null });
      if (state === 'changed')
        note({ ...named, what: `the row ${audit_id} (link ${position}) was changed`, hash: actual });
      if (alterations.length > 0) whole ??= { rows, last_hash };
      rows = number;
      last_hash = hash;
      if (alterations.length >= MOST_ALTERATIONS) break;
    }
    if (some.length < LINKS_AT_ONCE) break;
  }
  if (whole) {
    ({ rows, last_hash } = whole);
    return verdict(alterations[0]?.what ?? null);
  }
  if (after > 0) return verdict(null);
  const extra = unchained.parse(
    await database.$queryRaw`
      select a.id::text, encode(dataintel.audit_hash(''::bytea, a), 'hex') as hash from dataintel.audit_log a
      where coalesce(a.organization_id, '') = ${chain}
        and not exists (select from dataintel.audit_chain c where c.audit_id = a.id) order by a.id limit ${MOST_ALTERATIONS}`,
  );
  for (const { id, hash } of extra) note({ position: 0, entry_id: id, what: `the row ${id} has no link`, hash });
  return verdict(alterations[0]?.what ?? null);
}
