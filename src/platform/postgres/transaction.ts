import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { Prisma, type PrismaClient } from '#platform/generated/prisma/client.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { isDatabaseDown } from './database-down.ts';

export type Transaction = Prisma.TransactionClient;

/** How long we try to determine the result of a lost commit before the caller is told that it is unknown. */
const LOOK_FOR_MS = 15_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** A server process that was left behind with an open transaction is given so long to finish, then it is ended. */
const GRACE_MS = 1_000;

/**
 * Runs `work` in one transaction, committed when it returns and rolled back when it throws. The only place that opens
 * one. No network call belongs inside: a row would be held for the length of somebody else's timeout.
 *
 * When the connection breaks after COMMIT was sent, whether the transaction counts is looked up by its id: `work` is
 * never run again, and its result is returned if PostgreSQL has committed it.
 * @throws what `work` throws, Prisma's error when the transaction outlives 10 s, or Refusal SERVICE_UNAVAILABLE when
 * the answer to COMMIT was lost and PostgreSQL cannot be asked.
 */
export async function inTransaction<Result>(
  database: PrismaClient,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  let done: { result: Result; mark: Awaited<ReturnType<typeof markOf>> } | undefined;
  try {
    return await database.$transaction(
      async (tx) => {
        const result = await work(tx);
        done = { result, mark: await markOf(tx) };
        return result;
      },
      { maxWait: 5_000, timeout: 10_000 },
    );
  } catch (error) {
    if (!done) throw error;
    if (await isCommitted(database, done.mark)) return done.result;
    throw error;
  }
}

/**
 * Asks again what a broken connection left unanswered: a read, or a transaction of `inTransaction`, whose error means
 * that nothing was written. A caller that got an error after the write would write a second time.
 * @throws what `ask` throws, when PostgreSQL is away for longer than `patienceMs` or refuses.
 */
export async function untilAnswered<Result>(ask: () => Promise<Result>, patienceMs = LOOK_FOR_MS): Promise<Result> {
  const end = performance.now() + patienceMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = nextPause(pauseMs)) {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseDown(error) || performance.now() > end) throw error;
      await delay(pauseMs);
    }
  }
}

/** What finds a transaction again: its id, which a server that was restarted may give once more, and its process. */
type Mark = z.infer<typeof marks>[0];
const marks = z.tuple([z.object({ id: z.string().nullable(), pid: z.int(), server: z.string() })]);

/** Rows that are there if their transaction was committed, for a server that was restarted since. */
const witnesses = new WeakMap<Transaction, string>();

/** Notes the id of an audit row that was written in the transaction. */
export function noteAuditRow(tx: Transaction, id: string): void {
  witnesses.set(tx, id);
}

async function markOf(tx: Transaction): Promise<Mark & { auditRow: string | undefined }> {
  const found = await tx.$queryRaw`
    select pg_current_xact_id_if_assigned()::text as id, pg_backend_pid() as pid,
      extract(epoch from pg_postmaster_start_time())::text as server`;
  return { ...marks.parse(found)[0], auditRow: witnesses.get(tx) };
}

const states = z.tuple([
  z.object({
    same_server: z.boolean(),
    state: z.enum(['committed', 'aborted', 'in progress']).nullable(),
    has_audit_row: z.boolean(),
  }),
]);

async function isCommitted(
  database: PrismaClient,
  { id, pid, server, auditRow }: Awaited<ReturnType<typeof markOf>>,
): Promise<boolean> {
  // A transaction that wrote nothing has nothing to lose.
  if (id === null) return true;
  const begun = performance.now();
  try {
    for (let pauseMs = FIRST_PAUSE_MS; performance.now() - begun < LOOK_FOR_MS; pauseMs = nextPause(pauseMs)) {
      const [{ same_server, state, has_audit_row }] = states.parse(
        await untilAnswered(
          () => database.$queryRaw`
            with asked as (select extract(epoch from pg_postmaster_start_time())::text = ${server} as same_server)
            select same_server, case when same_server then pg_xact_status(${id}::xid8) end as state,
              exists (select from dataintel.audit_log where id = ${auditRow ?? null}::uuid) as has_audit_row
            from asked`,
        ),
      );
      if (has_audit_row) return true;
      if (!same_server && auditRow) return false;
      if (!same_server) break;
      if (state !== 'in progress') return state === 'committed';
      if (performance.now() - begun > GRACE_MS) await endProcess(database, id, pid);
      await delay(pauseMs);
    }
  } catch {
    throw unknownOutcome();
  }
  throw unknownOutcome();
}

const nextPause = (pauseMs: number): number => Math.min(2 * pauseMs, LONGEST_PAUSE_MS);

/** Our own backend, which waits for a COMMIT that never arrives. */
const endProcess = (database: PrismaClient, id: string, pid: number) =>
  untilAnswered(
    () => database.$queryRaw`
      select pg_terminate_backend(pid) from pg_stat_activity
        where pid = ${pid} and backend_xid::text = (${id}::numeric % 4294967296)::text and usename = current_user`,
  );

const unknownOutcome = (): Refusal =>
  new Refusal(
    'UNAVAILABLE',
    'The connection to PostgreSQL broke before it confirmed the change, so the change may or may not have been made. Check before you send it again.',
  );

/** Whether a write failed because a row with the same unique key is there (Prisma's P2002). */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
