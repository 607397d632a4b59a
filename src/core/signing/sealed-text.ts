import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject } from 'node:crypto';

/** AES-256-GCM (NIST SP 800-38D): a 96-bit nonce that never repeats under one key, a 128-bit tag. */
const CIPHER = 'aes-256-gcm';
export const IV_BYTES = 12;

/** Names a key without telling it: the first 16 hex digits of its SHA-256. */
export function keyId(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/**
 * Seals a text as `v1.<key id>.<iv>.<ciphertext>.<tag>` (base64url parts).
 * @param key 32 bytes
 * @param iv 12 bytes, fresh from chance for every call
 * @param place where the text will stand (table, column, row id): it opens there alone
 */
export function sealText(key: Buffer, iv: Buffer, text: string, place: string): string {
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(place));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const parts = [iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'));
  return ['v1', keyId(key), ...parts].join('.');
}

const SEALED = /^v1\.([0-9a-f]{16})\.([\w-]+)\.([\w-]*)\.([\w-]+)$/;

/** @returns the id of the key that sealed it, or null when the text was not sealed by us. */
export const sealingKeyId = (sealed: string): string | null => SEALED.exec(sealed)?.[1] ?? null;

/** A key made ready once for many texts: taking its bytes in for each costs several times what opening a text does. */
export type OpeningKey = { id: string; key: KeyObject };

export const openingKey = (key: Buffer): OpeningKey => ({ id: keyId(key), key: createSecretKey(key) });

/** @returns the text, or null when key, place or text are not those it was sealed with. */
export function openText({ id: keyName, key }: OpeningKey, sealed: string, place: string): string | null {
  const [, id, iv, ciphertext, tag] = SEALED.exec(sealed) ?? [];
  if (id !== keyName || iv === undefined || ciphertext === undefined || tag === undefined) return null;
  try {
    const decipher = createDecipheriv(CIPHER, key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
      .setAAD(Buffer.from(place))
      .setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64url')), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
