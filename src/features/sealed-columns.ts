import { z } from 'zod';
import { WEBHOOK_SECRETS } from '#features/webhooks/webhook-secrets.ts';
import type { PrismaClient } from '#platform/generated/prisma/client.ts';
import { isSealedTextError, type SealedColumn, type Secrets, sealedPlace } from '#platform/secrets/secrets.ts';
import { CONNECTOR_SECRETS } from './connectors/secret-config.ts';

/** Every column with encrypted texts, which a key rotation encrypts again. */
export const sealedColumns: readonly SealedColumn[] = [CONNECTOR_SECRETS, ...WEBHOOK_SECRETS];

const rows = z.array(z.object({ id: z.string(), sealed: z.string() }));
const BATCH = 500;

/** @returns the stored texts that do not open with this process's keys, and why. */
export async function findUnopened(
  secrets: Secrets,
  database: PrismaClient,
): Promise<{ place: string; reason: string }[]> {
  const unopened: { place: string; reason: string }[] = [];
  for (const column of sealedColumns) {
    let after: string | undefined = '00000000-0000-0000-0000-000000000000';
    while (after) {
      const batch: z.infer<typeof rows> = rows.parse(
        await database.$queryRawUnsafe(
          `select id::text as id, "${column.column}" as sealed from "${column.table}"
            where "${column.column}" is not null and id > $1::uuid order by id limit ${BATCH}`,
          after,
        ),
      );
      for (const { id, sealed } of batch) {
        await secrets.open(sealedPlace(column, id), sealed).catch((error: unknown) => {
          if (!isSealedTextError(error)) throw error;
          unopened.push({ place: error.place, reason: error.reason });
        });
      }
      after = batch.length === BATCH ? batch.at(-1)?.id : undefined;
    }
  }
  return unopened;
}
