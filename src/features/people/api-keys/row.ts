import { z } from 'zod';
import type { ApiKeyModel } from '#platform/generated/prisma/models.ts';
import { API_KEY_SCOPES } from '#platform/trpc/procedure.ts';
import { actorSchema } from '../auth/schema.ts';

/** The row in the format of the API, without the key's hash. */
export const toApiKey = ({ created_by_type, created_by_id, created_by_name, ...row }: ApiKeyModel) => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: z.array(z.enum(API_KEY_SCOPES)).parse(row.scopes),
  created_by: actorSchema.parse({ type: created_by_type, id: created_by_id, name: created_by_name }),
  created_at: row.created_at,
  expires_at: row.expires_at,
  last_used_at: row.last_used_at,
  revoked_at: row.revoked_at,
});
