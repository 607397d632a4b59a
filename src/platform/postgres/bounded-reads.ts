import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#platform/generated/prisma/client.ts';
import type { Logger } from '#platform/log-files/log.ts';
import { Refusal, TooManyRequests } from '#platform/trpc/refusal.ts';
import { openPool } from './database.ts';

/** Reads whose work a user can shape: lists with filters, searches, previews, exports. */
export type BoundedReads = {
  /**
   * Reads on connections of their own, with a time limit for each statement; nothing can be written. Each organization
   * has a share of these connections, so that its slow reads are waited for by itself alone.
   * @throws Refusal VALIDATION for a statement that takes too long, TooManyRequests for one more than may wait, and what
   * `work` throws.
   */
  read: <Result>(organization_id: string, work: (database: PrismaClient) => Promise<Result>) => Promise<Result>;
  close(): Promise<void>;
};

const AT_ONCE = 4;
const AT_ONCE_EACH = 2;
const MOST_WAITING_EACH = 100;
export const READ_TIMEOUT_MS = 10_000;

/** @param timeoutMs of a statement. */
export function openBoundedReads(
  connectionString: string,
  { log, timeoutMs = READ_TIMEOUT_MS }: { log?: Logger | undefined; timeoutMs?: number } = {},
): BoundedReads {
  const pool = openPool(connectionString, {
    poolSize: AT_ONCE,
    log,
    name: 'honeyframe-webhooks reads',
    settings: '-c default_transaction_read_only=on',
    statementTimeoutMs: timeoutMs,
  });
  const database = new PrismaClient({ adapter: new PrismaPg(pool) });
  /** In the order of their turns. */
  const shares = new Map<string, { running: number; waiting: (() => void)[] }>();
  let running = 0;

  function next(): void {
    for (const [organization_id, share] of shares) {
      if (running >= AT_ONCE) return;
      if (share.running >= AT_ONCE_EACH) continue;
      const begin = share.waiting.shift();
      if (!begin) {
        if (share.running === 0) shares.delete(organization_id);
        continue;
      }
      // To the end of the row.
      shares.delete(organization_id);
      shares.set(organization_id, share);
      share.running += 1;
      running += 1;
      begin();
    }
  }

  function turn(organization_id: string): Promise<() => void> {
    const share = shares.get(organization_id) ?? { running: 0, waiting: [] };
    shares.set(organization_id, share);
    if (share.waiting.length >= MOST_WAITING_EACH)
      throw new TooManyRequests(
        'Too many lists and searches of your organization are waiting. Try again in a moment.',
        1,
      );
    const end = () => {
      share.running -= 1;
      running -= 1;
      next();
    };
    return new Promise((resolve) => {
      share.waiting.push(() => resolve(end));
      next();
    });
  }

  return {
    async read(organization_id, work) {
      const end = await turn(organization_id);
      try {
        return await work(database);
      } catch (error) {
        throw isCancelled(error) ? tooSlow() : error;
      } finally {
        end();
      }
    },
    async close() {
      await database.$disconnect();
      await pool.end();
    },
  };
}

const tooSlow = (): Refusal =>
  new Refusal(
    'VALIDATION',
    `The query took longer than ${READ_TIMEOUT_MS / 1000} s and was stopped. Choose a shorter time range or fewer filters.`,
  );

/** 57014, query_canceled (PostgreSQL, appendix A): the time limit, here. */
function isCancelled(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 6) return false;
  if ([Reflect.get(error, 'code'), Reflect.get(error, 'originalCode')].includes('57014')) return true;
  return ['cause', 'meta', 'driverAdapterError'].some((field) => isCancelled(Reflect.get(error, field), depth + 1));
}
