import { Prisma, type PrismaClient } from './generated/prisma/client.ts';

export type Transaction = Prisma.TransactionClient;

/**
 * Runs `work` in one transaction, committed when it returns and rolled back when it throws. The only place that opens
 * one. No network call belongs inside: a row would be held for the length of somebody else's timeout.
 * @throws what `work` throws, or Prisma's error when the transaction outlives 10 s.
 */
export function inTransaction<Result>(
  database: PrismaClient,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return database.$transaction(work, { maxWait: 5_000, timeout: 10_000 });
}

/** Whether a write failed because a row with the same unique key is there (Prisma's P2002). */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
