import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  IV_BYTES,
  keyId,
  type OpeningKey,
  openingKey,
  openText,
  sealingKeyId,
  sealText,
} from '#core/signing/sealed-text.ts';
import type { PrismaClient } from '#platform/generated/prisma/client.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit.ts';
import { ConfigError } from '../config.ts';
import { processName, type RunningProcess, runningProcesses } from './key-holders.ts';
import type { Keyring } from './keyring.ts';

export type Secrets = {
  /** Seals under the key that the installation uses now; the transaction keeps a rotation out until its end. */
  seal(tx: Transaction, place: string, text: string): Promise<string>;
  /** @throws SealedTextError when the text was sealed for another place or under a key that this process does not have. */
  open(place: string, sealed: string): Promise<string>;
  keyring: Keyring;
  /** The sign-in library's own secret. */
  authSecret: string;
};

/** A stored text that cannot be opened. It stops what needs it, and nothing else. */
class SealedTextError extends Refusal {
  override readonly name = 'SealedTextError';
  readonly place: string;
  readonly reason: string;

  constructor(place: string, reason: string) {
    super(
      'CONFLICT',
      `The stored secret of this ${place.split('.', 1)[0]} can't be decrypted with the console's keys. Enter it again, or restore the key. "npm run cli -- doctor" says which one.`,
    );
    this.place = place;
    this.reason = reason;
  }
}

/** By its name: Next's bundle has its own copy of the class, and the platform throws the one of the program. */
export const isSealedTextError = (error: unknown): error is SealedTextError =>
  error instanceof Error && error.name === 'SealedTextError';

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
      `${keyring.source} is not the key that this database's secrets are encrypted with (fingerprint ${active_key_id}). Set that key, or set the new one as HONEYFRAME_SECRET and that one as HONEYFRAME_SECRET_PREVIOUS.`,
    );
  }

  const ready = new Map<string, OpeningKey>();
  async function findReady(id: string): Promise<OpeningKey | undefined> {
    const found = await keyring.find(id);
    if (found) ready.set(id, openingKey(found));
    return ready.get(id);
  }

  async function open(place: string, sealed: string): Promise<string> {
    const id = sealingKeyId(sealed);
    const key = id ? (ready.get(id) ?? (await findReady(id))) : undefined;
    if (!key)
      throw new SealedTextError(place, `it is encrypted with the key ${id}, which ${keyring.source} does not have`);
    const text = openText(key, sealed, boundTo(place));
    if (text === null) throw new SealedTextError(place, 'it was moved or changed in the database');
    return text;
  }

  async function seal(tx: Transaction, place: string, text: string): Promise<string> {
    const key = await keyring.find(await activeKeyId(tx));
    if (!key) throw new Error(`${keyring.source} does not have the key in use. Restart with that key.`);
    return sealText(key, randomBytes(IV_BYTES), text, boundTo(place));
  }

  return { seal, open, keyring, authSecret: await open(AUTH_SECRET_PLACE, sealed_auth_secret) };
}

/** A column of sealed texts in a table whose key is `id`. */
export type SealedColumn = {
  table: string;
  column: string;
  /**
   * The column with the destination of requests that carry this secret, or null if no request carries it. If the
   * destination's host changes and the secret isn't given again, it is removed: otherwise, whoever changed the host
   * could read it there.
   */
  destination: string | null;
};

export const sealedPlace = ({ table, column }: Pick<SealedColumn, 'table' | 'column'>, id: string) =>
  `${table}.${column}:${id}`;

/**
 * The name of the place that is part of the encrypted text. It can't change, and the first texts were encrypted when
 * the table of webhooks was named `subscription`.
 */
const boundTo = (place: string): string => place.replace(/^webhook\./, 'subscription.');

const sealedRows = z.array(z.object({ id: z.string(), sealed: z.string() }));

/** What a rotation did. `isChanged`: another key is in use than before. `left`: texts that did not open, which stay as they are. */
export type Rotation = {
  fingerprint: string;
  isChanged: boolean;
  resealed: number;
  left: { place: string; reason: string }[];
};

/**
 * Encrypts everything with a new key while consoles are running. The key in use changes first, which waits for
 * transactions that are writing; then every older text is encrypted again. Refused while a running process lacks the
 * new key, because it could decrypt nothing that is encrypted from then on. A text that can't be decrypted is left,
 * reported, and doesn't stop the others. Audited with the keys' fingerprints. It can be repeated after an interruption;
 * of two simultaneous rotations, the later one encrypts everything.
 * @returns the fingerprint of the new key, and how many texts were encrypted again. With the environment's keys and no
 * new one among them, the key stays, and what an interrupted rotation left is encrypted.
 * @throws Refusal CONFLICT that names the processes without the new key; nothing has changed then.
 */
export async function rotateSecrets(
  secrets: Secrets,
  database: PrismaClient,
  columns: readonly SealedColumn[],
  actor: Actor,
): Promise<Rotation> {
  const { key, isChanged } = await switchKey(secrets, database, actor);
  const done: Rotation = { fingerprint: keyId(key), isChanged, resealed: 0, left: [] };
  for (const column of columns) await resealColumn(secrets, database, column, key, done);
  await finish(database, actor, done);
  return done;
}

/** The row is locked before a key is added: two that add one at once would lose one of the two. */
const switchKey = ({ keyring, authSecret }: Secrets, database: PrismaClient, actor: Actor) =>
  inTransaction(database, async (tx) => {
    await tx.$queryRaw`select 1 from installation where id = 1 for update`;
    const { active_key_id, previous_key_id } = await tx.installation.findUniqueOrThrow({ where: { id: 1 } });
    const behind = (await runningProcesses(tx)).filter(({ key_ids, key_file }) =>
      keyring.addKey ? key_file !== keyring.file : !key_ids.includes(keyId(keyring.newest())),
    );
    if (behind.length > 0) throw processesBehind(behind, keyring);
    const key = keyring.addKey ? await keyring.addKey() : keyring.newest();
    const sealed_auth_secret = sealText(key, randomBytes(IV_BYTES), authSecret, AUTH_SECRET_PLACE);
    const isChanged = keyId(key) !== active_key_id;
    await tx.installation.update({
      where: { id: 1 },
      data: {
        active_key_id: keyId(key),
        previous_key_id: isChanged ? active_key_id : previous_key_id,
        sealed_auth_secret,
      },
    });
    await recordAudit(
      tx,
      { organization_id: null, actor, ip: null, user_agent: null },
      {
        action: 'secrets.rotated',
        severity: 'security',
        target: INSTALLATION,
        details: { fingerprint: keyId(key), previous_fingerprint: active_key_id },
      },
    );
    return { key, isChanged };
  });

const INSTALLATION = { type: 'installation', id: '1', name: 'The encryption key for secrets' };

function processesBehind(behind: RunningProcess[], keyring: Keyring): Refusal {
  const names = behind.map((one) => `${processName(one)}, seen ${Math.round(one.seconds_ago)} s ago`).join('; ');
  const help = keyring.addKey
    ? `The new key is stored in ${keyring.file}, which they do not read. Run this command with a new HONEYFRAME_SECRET and theirs as HONEYFRAME_SECRET_PREVIOUS.`
    : 'Restart them with the new key as HONEYFRAME_SECRET and the previous one as HONEYFRAME_SECRET_PREVIOUS, then run this command again.';
  return new Refusal(
    'CONFLICT',
    `Nothing was changed, because these running processes do not have the key ${keyring.addKey ? '' : `${keyId(keyring.newest())} `}and could not decrypt anything encrypted with it: ${names}. ${help} A process that was killed counts as running for 30 seconds.`,
  );
}

/** Nothing is sealed under the key before any more, but for what does not open. */
const finish = (database: PrismaClient, actor: Actor, { fingerprint, resealed, left }: Rotation): Promise<void> =>
  inTransaction(database, async (tx) => {
    const { count } = await tx.installation.updateMany({
      where: { id: 1, active_key_id: fingerprint, previous_key_id: { not: null } },
      data: { previous_key_id: null },
    });
    if (count === 0 && left.length === 0) return;
    await recordAudit(
      tx,
      { organization_id: null, actor, ip: null, user_agent: null },
      {
        action: 'secrets.rotation_finished',
        severity: 'security',
        target: INSTALLATION,
        details: { fingerprint, resealed, left: left.slice(0, 100).map(({ place }) => place), left_count: left.length },
      },
    );
  });

const BATCH = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

async function resealColumn(
  secrets: Secrets,
  database: PrismaClient,
  column: SealedColumn,
  key: Buffer,
  done: Rotation,
): Promise<void> {
  for (let after: string | null = BEFORE_ALL; after !== null; ) {
    const from: string = after;
    const batch = await inTransaction(database, (tx) => resealBatch(secrets, tx, column, key, from));
    done.resealed += batch.resealed;
    done.left.push(...batch.left);
    after = batch.next;
  }
}

/**
 * Encrypts some texts again, or none if another rotation has changed the key in the meantime, because that one will
 * encrypt them.
 */
async function resealBatch(secrets: Secrets, tx: Transaction, column: SealedColumn, key: Buffer, after: string) {
  const done = { resealed: 0, left: [] as Rotation['left'], next: null as string | null };
  if ((await activeKeyId(tx)) !== keyId(key)) return done;
  const table = `"${column.table}"`;
  const name = `"${column.column}"`;
  const rows = sealedRows.parse(
    await tx.$queryRawUnsafe(
      `select id::text as id, ${name} as sealed from ${table}
        where ${name} not like $1 and id > $2::uuid order by id limit ${BATCH}`,
      `v1.${keyId(key)}.%`,
      after,
    ),
  );
  for (const { id, sealed } of rows) {
    const place = sealedPlace(column, id);
    const text = await secrets.open(place, sealed).catch((error: unknown) => {
      if (!isSealedTextError(error)) throw error;
      done.left.push({ place, reason: error.reason });
    });
    if (text === undefined) continue;
    // A transaction that changed the row in the meantime has already used the new key.
    done.resealed += await tx.$executeRawUnsafe(
      `update ${table} set ${name} = $1 where id = $2::uuid and ${name} = $3`,
      sealText(key, randomBytes(IV_BYTES), text, boundTo(place)),
      id,
      sealed,
    );
  }
  if (rows.length === BATCH) done.next = rows.at(-1)?.id ?? null;
  return done;
}

async function ensureInstallation(keyring: Keyring, database: PrismaClient): Promise<void> {
  if (await database.installation.findUnique({ where: { id: 1 }, select: { id: true } })) return;
  const key = keyring.newest();
  const authSecret = randomBytes(32).toString('base64url');
  await database.installation.createMany({
    data: [
      {
        id: 1,
        csp_enforced: true,
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
