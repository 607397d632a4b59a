import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';

/** @throws Refusal NOT_FOUND */
export async function lockWebhook(tx: Transaction, { organization_id }: Scope, id: string) {
  await tx.$queryRaw`select from webhook where id = ${id}::uuid for update`;
  const row = await tx.webhook.findFirst({ where: { id, organization_id, deleted_at: null } });
  if (!row) throw notFound('webhook');
  return row;
}
