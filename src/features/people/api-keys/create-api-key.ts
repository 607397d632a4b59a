import type { z } from 'zod';
import type { createApiKeyInput } from '#features/people/auth/schema.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { apiKeyPrefix, generateApiKey, hashApiKey } from './api-key.ts';
import { toApiKey } from './row.ts';

/** Creates an API key for the scope's organization. The `key` is only in this response. */
export async function createApiKey(scope: Scope, input: z.output<typeof createApiKeyInput>) {
  const key = generateApiKey();
  const row = await inTransaction(scope.platform.database, async (tx) => {
    const created = await tx.apiKey.create({
      data: {
        organization_id: scope.organization_id,
        name: input.name,
        prefix: apiKeyPrefix(key),
        hash: hashApiKey(key),
        scopes: input.scopes,
        expires_at: input.expires_at ?? null,
        created_by_type: scope.actor.type,
        created_by_id: scope.actor.id,
        created_by_name: scope.actor.name,
      },
    });
    await recordAudit(tx, scope, {
      action: 'api_key.created',
      severity: 'security',
      target: { type: 'api_key', id: created.id, name: created.name },
      details: {
        prefix: created.prefix,
        scopes: created.scopes,
        expires_at: created.expires_at?.toISOString() ?? null,
      },
    });
    return created;
  });
  return { ...toApiKey(row), key };
}
