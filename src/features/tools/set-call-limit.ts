import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';

/**
 * Sets how many tools an API key may call in a minute. The limit that it has already is no change, and writes nothing.
 * @throws Refusal NOT_FOUND
 */
export async function setCallLimit(scope: Scope, { id, calls_per_minute }: { id: string; calls_per_minute: number }) {
  return inTransaction(scope.platform.database, async (tx) => {
    const mine = { id, organization_id: scope.organization_id };
    await tx.$queryRaw`select from api_key where id = ${id}::uuid for update`;
    const before = await tx.apiKey.findFirst({ where: mine });
    if (!before) throw notFound('API key');
    const limited = { id, name: before.name, prefix: before.prefix, calls_per_minute };
    if (before.tool_calls_per_minute === calls_per_minute) return limited;
    await tx.apiKey.updateMany({ where: mine, data: { tool_calls_per_minute: calls_per_minute } });
    await recordAudit(tx, scope, {
      action: 'api_key.tool_calls_limited',
      severity: 'security',
      target: { type: 'api_key', id, name: before.name },
      details: { calls_per_minute, before: before.tool_calls_per_minute },
    });
    return limited;
  });
}
