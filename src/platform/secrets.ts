import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { IV_BYTES, keyId, openText, sealingKeyId, sealText } from '#core/sealed-text.ts';
import { recordAudit } from './audit.ts';
import { ConfigError } from './config.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Keyring } from './keyring.ts';
import type { Actor } from './scope.ts';
import { inTransaction, type Transaction } from './transaction.ts';

export type Secrets = {
  /** Seals under the key that the installation uses now; the transaction keeps a rotation out until its end. */
  seal(tx: Transaction, place: string, text: string): Promise<string>;
  /** @throws Error when the text was sealed for another place or under a key that this process does not have. */
  open(place: string, sealed: string): Promise<string>;
  keyring: Keyring;
  /** The sign-in library's own secret. */
  authSecret: string;
};

const AUTH_SECRET_PLACE = 'installation.sealed_auth_secret:1';

/**
 * Joins the process's keys with the installation in the database, which the first process makes.
 * @throws ConfigError when the database was sealed with a key that the keyring does not have.
 */
export async function openSecrets(keyring: Keyring, database: PrismaClient): Promise<Secrets> {
  await ensureInstallation(keyring, database);
  const { active_key_id, sealed_auth_secret } = await database.installation.findUniqueOrThrow({ where: { id: 1 } });
  if (!(await keyring.find(active_key_id))) {
    throw new ConfigError(
      `${keyring.source} is another key than the one this database is sealed with (fingerprint ${active_key_id}): give that key, or the two as HONEYFRAME_SECRET and HONEYFRAME_SECRET_PREVIOUS.`,
    );
  }

  async function open(place: string, sealed: string): Promise<string> {
    const id = sealingKeyId(sealed);
    const key = id ? await keyring.find(id) : undefined;
    if (!key) throw new Error(`A secret of ${place} is sealed with key ${id}, which ${keyring.source} does not have.`);
    const text = openText(key, sealed, place);
    if (text === null) throw new Error(`A secret of ${place} does not open: it was moved or changed.`);
    return text;
  }

  async function seal(tx: Transaction, place: string, text: string): Promise<string> {
    const key = await keyring.find(await activeKeyId(tx));
    if (!key) throw new Error(`${keyring.source} does not have the key in use: start again with it.`);
    return sealText(key, randomBytes(IV_BYTES), text, place);
  }

  return { seal, open, keyring, authSecret: await open(AUTH_SECRET_PLACE, sealed_auth_secret) };
}

/** A column of sealed texts in a table whose key is `id`. */
export type SealedColumn = {
  table: string;
  column: string;
  /**
   * The column that says where requests carry the text, null for a text that no request carries. Whoever changes the
   * destination's host without giving the text again loses it: they could read it there.
   */
  destination: string | null;
};

export const sealedPlace = ({ table, column }: Pick<SealedColumn, 'table' | 'column'>, id: string) =>
  `${table}.${column}:${id}`;

const sealedRows = z.array(z.object({ id: z.string(), sealed: z.string() }));

/**
 * Seals everything under a new key while consoles run: the key in use changes first, which waits for those who are
 * writing, then every text sealed before it follows. Audited with the keys' fingerprints. May be repeated after an interruption; of two rotations at once
 * the later one seals everything.
 * @returns the fingerprint of the new key, and how many texts were sealed anew. With the environment's keys and no new
 * one among them, the key stays, and what an interrupted rotation left is sealed.
 */
export async function rotateSecrets(
  secrets: Secrets,
  database: PrismaClient,
  columns: readonly SealedColumn[],
  actor: Actor,
) {
  const key = await switchKey(secrets, database, actor);
  let resealed = 0;
  for (const column of columns) resealed += await resealColumn(secrets, database, column, key);
  return { fingerprint: keyId(key), resealed };
}

/** The row is locked before a key is added: two that add one at once would lose one of the two. */
const switchKey = ({ keyring, authSecret }: Secrets, database: PrismaClient, actor: Actor): Promise<Buffer> =>
  inTransaction(database, async (tx) => {
    await tx.$queryRaw`select 1 from installation where id = 1 for update`;
    const { active_key_id } = await tx.installation.findUniqueOrThrow({ where: { id: 1 } });
    const key = keyring.addKey ? await keyring.addKey() : keyring.newest();
    const sealed_auth_secret = sealText(key, randomBytes(IV_BYTES), authSecret, AUTH_SECRET_PLACE);
    await tx.installation.update({ where: { id: 1 }, data: { active_key_id: keyId(key), sealed_auth_secret } });
    await recordAudit(
      tx,
      { organization_id: null, actor, ip: null, user_agent: null },
      {
        action: 'secrets.rotated',
        severity: 'security',
        target: { type: 'installation', id: '1', name: 'The key that seals secrets' },
        details: { fingerprint: keyId(key), previous_fingerprint: active_key_id },
      },
    );
    return key;
  });

const BATCH = 200;

async function resealColumn(
  secrets: Secrets,
  database: PrismaClient,
  column: SealedColumn,
  key: Buffer,
): Promise<number> {
  let resealed = 0;
  for (;;) {
    const batch = await inTransaction(database, (tx) => resealBatch(secrets, tx, column, key));
    resealed += batch.resealed;
    if (batch.isLast) return resealed;
  }
}

/** Seals some texts anew; none when another rotation has changed the key meanwhile, for it will seal them. */
async function resealBatch(secrets: Secrets, tx: Transaction, column: SealedColumn, key: Buffer) {
  if ((await activeKeyId(tx)) !== keyId(key)) return { resealed: 0, isLast: true };
  const table = `"${column.table}"`;
  const name = `"${column.column}"`;
  const rows = sealedRows.parse(
    await tx.$queryRawUnsafe(
      `select id::text as id, ${name} as sealed from ${table} where ${name} not like $1 order by id limit ${BATCH}`,
      `v1.${keyId(key)}.%`,
    ),
  );
  let resealed = 0;
  for (const { id, sealed } of rows) {
    const place = sealedPlace(column, id);
    const fresh = sealText(key, randomBytes(IV_BYTES), await secrets.open(place, sealed), place);
    // Whoever changed the row meanwhile has sealed it under the new key already.
    resealed += await tx.$executeRawUnsafe(
      `update ${table} set ${name} = $1 where id = $2::uuid and ${name} = $3`,
      fresh,
      id,
      sealed,
    );
  }
  return { resealed, isLast: rows.length < BATCH };
}

async function ensureInstallation(keyring: Keyring, database: PrismaClient): Promise<void> {
  if (await database.installation.findUnique({ where: { id: 1 }, select: { id: true } })) return;
  const key = keyring.newest();
  const authSecret = randomBytes(32).toString('base64url');
  await database.installation.createMany({
    data: [
      {
        id: 1,
        active_key_id: keyId(key),
        sealed_auth_secret: sealText(key, randomBytes(IV_BYTES), authSecret, AUTH_SECRET_PLACE),
      },
    ],
    skipDuplicates: true,
  });
}

async function activeKeyId(tx: Transaction): Promise<string> {
  const rows = await tx.$queryRaw`select active_key_id from installation where id = 1 for share`;
  return (
    z
      .array(z.object({ active_key_id: z.string() }))
      .length(1)
      .parse(rows)[0]?.active_key_id ?? ''
  );
}
