import { z } from 'zod';
import type { Actor } from '#platform/actor.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { type AuditIntegrity, getAuditIntegrity } from './get-audit-integrity.ts';
import { lastAnchor, listChains, verifyChain } from './verify-audit-chain.ts';

const CHECK = { type: 'system', id: 'audit-check', name: 'Audit check' } as const;
const DAY_MS = 86_400_000;

/**
 * Checks every chain and records where it ends. If the end that the last check saw is missing, or a link doesn't match,
 * it logs an error, adds an entry to the audit log (which webhooks for `audit.security_event` get), and shows it on the
 * page until somebody accepts it. Each end is written to the application log when it has moved, and once a day. Kept
 * outside the database, it is proof that the owner of the database can't change.
 * @param full recomputes every hash instead of only those since the last check.
 */
export async function checkAuditLog(platform: Platform, { full }: { full: boolean }): Promise<void> {
  for (const { id } of await listChains(platform)) {
    await checkChain(platform, id, full, CHECK);
    await logEnd(platform, id);
  }
}

/**
 * Verifies the organization's whole chain now.
 * @throws Refusal CONFLICT if a verification is already running.
 */
export async function verifyAuditLog(scope: Scope): Promise<AuditIntegrity> {
  const { platform, organization_id, actor } = scope;
  const lock = `audit check ${organization_id}`;
  const connection = await platform.pool.connect();
  try {
    const { rows } = await connection.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as taken', [lock]);
    if (!z.array(z.object({ taken: z.boolean() })).parse(rows)[0]?.taken)
      throw conflict('The audit log is already being verified. The result appears on this page when it is done.', []);
    try {
      await checkChain(platform, organization_id, true, actor);
    } finally {
      await connection.query('select pg_advisory_unlock(hashtextextended($1, 0))', [lock]);
    }
  } finally {
    connection.release();
  }
  return getAuditIntegrity(scope);
}

async function checkChain(platform: Platform, chain: string, full: boolean, actor: Actor): Promise<void> {
  const { database, log } = platform;
  const anchor = await lastAnchor(platform, chain);
  const { rows, last_hash, broken, accepted } = await verifyChain(
    platform,
    chain,
    anchor,
    full ? 0 : (anchor?.position ?? 0),
  );
  const organization_id = chain === '' ? null : chain;
  if (broken) log.error({ audit: { organization_id, broken } }, 'The audit log was altered');
  if (full && accepted > 0)
    log.warn({ audit: { organization_id, accepted } }, 'The audit log has alterations that were accepted');
  await inTransaction(database, async (tx) => {
    const now = new Date();
    const seen = { checked_at: now, ...(full && { verified_at: now }) };
    const end = broken ? {} : { position: rows, hash: Buffer.from(last_hash, 'hex'), anchored_at: now };
    const first = { position: 0, hash: Buffer.alloc(0) };
    await tx.auditCheck.upsert({
      where: { organization_id: chain },
      create: { organization_id: chain, ...first, ...end, ...seen },
      update: { ...end, ...seen },
    });
    if (!broken) return;
    const { count } = await tx.auditCheck.updateMany({
      where: { organization_id: chain, broken: null },
      data: { broken, broken_at: now },
    });
    if (count === 0) return;
    await recordAudit(
      tx,
      { organization_id, actor, ip: null, user_agent: null },
      { action: 'audit_log.altered', severity: 'security', target: AUDIT_LOG, details: { broken } },
    );
  });
}

export const AUDIT_LOG = { type: 'audit_log', id: 'audit_log', name: 'Audit log' };

async function logEnd({ database, log }: Platform, chain: string): Promise<void> {
  const [end] = await database.auditChain.findMany({
    where: { organization_id: chain },
    orderBy: { position: 'desc' },
    take: 1,
  });
  if (!end) return;
  const { count } = await database.auditCheck.updateMany({
    where: {
      organization_id: chain,
      OR: [
        { logged_position: { not: end.position } },
        { logged_at: null },
        { logged_at: { lt: new Date(Date.now() - DAY_MS) } },
      ],
    },
    data: { logged_position: end.position, logged_at: new Date() },
  });
  if (count === 0) return;
  const anchor = `${end.position}:${Buffer.from(end.hash).toString('hex')}`;
  log.info({ audit: { organization_id: chain === '' ? null : chain, anchor } }, 'The audit log ends here');
}
