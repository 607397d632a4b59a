import { z } from 'zod';
import { sqlStateOf } from '#platform/postgres/sql-state.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';

const BATCH = 5_000;
/** PostgreSQL, appendix A: `deadlock_detected`. */
const DEADLOCK = '40P01';
const MOST_TRIES = 5;

/** What there can be much of: in batches, so that no statement holds its rows for long. */
export async function deleteTraffic({ platform: { database }, organization_id }: Scope): Promise<void> {
  const statements = [
    () => database.$executeRaw`
      delete from attempt a using (
        select a.delivery_id, a.id from attempt a join webhook s on s.id = a.webhook_id
          where s.organization_id = ${organization_id} limit ${BATCH}) old
        where a.delivery_id = old.delivery_id and a.id = old.id`,
    () => database.$executeRaw`
      delete from delivery d using (
        select d.id from delivery d join webhook s on s.id = d.webhook_id
          where s.organization_id = ${organization_id} limit ${BATCH}) old
        where d.id = old.id`,
    () => database.$executeRaw`delete from delivery_pending where organization_id = ${organization_id}`,
    () => database.$executeRaw`
      delete from event e using (
        select id from event where organization_id = ${organization_id} limit ${BATCH}) old
        where e.id = old.id`,
    () => database.$executeRaw`
      delete from connector_send where id in (
        select id from connector_send where organization_id = ${organization_id} limit ${BATCH})`,
    () => database.$executeRaw`
      delete from tool_call where id in (
        select id from tool_call where organization_id = ${organization_id} limit ${BATCH})`,
    () => database.$executeRaw`
      delete from dataintel.pipeline_runs where id in (
        select id from dataintel.pipeline_runs where organization_id = ${organization_id} limit ${BATCH})`,
    () => database.$executeRaw`delete from event_key where organization_id = ${organization_id}`,
    () => database.$executeRaw`delete from dataintel.pipeline_run_change where organization_id = ${organization_id}`,
  ];
  for (const statement of statements) while ((await untilUndisturbed(statement)) >= BATCH);
}

/**
 * Transactions that are still writing may lock rows in another order. PostgreSQL then ends one of the two, and ours can
 * be repeated.
 */
async function untilUndisturbed(statement: () => PromiseLike<number>): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await statement();
    } catch (error) {
      if (sqlStateOf(error) !== DEADLOCK || attempt === MOST_TRIES) throw error;
    }
  }
}

/** Tables that keep their rows after the deletion, because nobody can change them. */
const KEPT = ['dataintel.audit_log', 'dataintel.audit_chain'];

/** In the order in which publishing, recording, and erasing lock them, so that there are no deadlocks. */
const LOCK_ORDER = ['event_key', 'event', 'delivery_pending', 'delivery', 'attempt'];

const owned = z.array(
  z.object({
    /** Quoted, with its schema. */
    name: z.string(),
    table: z.string(),
    column: z.string(),
    /** Its rows go with the organization, by a foreign key of their own or of what they belong to. */
    cascades: z.boolean(),
  }),
);
type Owned = z.infer<typeof owned>[number];

/** Every table whose rows belong to an organization or to a webhook of one, as the catalogue has them. */
async function ownedTables(tx: Transaction): Promise<Owned[]> {
  const found = owned.parse(
    await tx.$queryRaw`
      select distinct on (t.oid) format('%I.%I', n.nspname, t.relname) as name, t.relname::text as "table",
          a.attname::text as "column", exists (
            select from pg_constraint c
              where c.conrelid = t.oid and c.contype = 'f' and c.confdeltype = 'c' and c.conkey = array[a.attnum]
          ) as cascades
        from pg_attribute a join pg_class t on t.oid = a.attrelid join pg_namespace n on n.oid = t.relnamespace
        where a.attname in ('organization_id', 'organizationId', 'webhook_id') and t.relkind in ('r', 'p')
          and not t.relispartition and not a.attisdropped and n.nspname in ('public', 'dataintel')
        order by t.oid, a.attname desc`,
  );
  return found.filter(({ name }) => !KEPT.includes(name));
}

/**
 * Deletes what is left of an organization whose events and deliveries are deleted, and then the organization. Locks
 * keep out everything else: a transaction that writes to such a table ends before the lock and is seen here, or starts
 * after the commit and no longer sees the organization.
 * @throws when a row is left, with its table: then nothing is deleted.
 */
export async function deleteRest(tx: Transaction, organization_id: string, lockMs: number): Promise<void> {
  await tx.$executeRawUnsafe(`set local lock_timeout = ${Math.round(lockMs)}`);
  // Before the tables: who writes with a foreign key holds this row, and may wait for a table.
  await tx.$queryRaw`select from organization where id = ${organization_id} for update`;
  const tables = await ownedTables(tx);
  const place = ({ table }: Owned) => LOCK_ORDER.indexOf(table);
  const free = tables.filter(({ cascades }) => !cascades).toSorted((one, other) => place(one) - place(other));
  await tx.$executeRawUnsafe(`lock table ${free.map(({ name }) => name).join(', ')} in share row exclusive mode`);
  const webhooks = await tx.webhook.findMany({ where: { organization_id }, select: { id: true } });
  const ids = webhooks.map(({ id }) => id);
  const where = ({ column }: Owned) =>
    column === 'webhook_id' ? 'webhook_id = any($1::uuid[])' : `"${column}" = any($1::text[])`;
  const value = ({ column }: Owned) => (column === 'webhook_id' ? ids : [organization_id]);
  for (const table of free) await tx.$executeRawUnsafe(`delete from ${table.name} where ${where(table)}`, value(table));
  await tx.organization.delete({ where: { id: organization_id } });
  const left: string[] = [];
  for (const table of tables) {
    const rows: unknown[] = await tx.$queryRawUnsafe(
      `select from ${table.name} where ${where(table)} limit 1`,
      value(table),
    );
    if (rows.length > 0) left.push(table.name);
  }
  if (left.length > 0) throw new Error(`The organization was not deleted, because rows remain in ${left.join(', ')}.`);
}
