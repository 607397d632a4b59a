import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { signingKey } from '#core/signing/signature.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';
import { type SealedColumn, type Secrets, sealedPlace } from '#platform/secrets/secrets.ts';

const SECRET: SealedColumn = { table: 'webhook', column: 'sealed_secret', destination: null };
const PREVIOUS_SECRET: SealedColumn = { table: 'webhook', column: 'sealed_previous_secret', destination: null };
const HEADERS: SealedColumn = { table: 'webhook', column: 'sealed_headers', destination: 'target_url' };

export const WEBHOOK_SECRETS = [SECRET, PREVIOUS_SECRET, HEADERS];

/** 32 random bytes in the format of Standard Webhooks. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

export const sealSecret = (secrets: Secrets, tx: Transaction, id: string, secret: string): Promise<string> =>
  secrets.seal(tx, sealedPlace(SECRET, id), secret);

/** The current secret, sealed for the column to which a rotation moves it. */
export const sealPreviousSecret = async (secrets: Secrets, tx: Transaction, now: SealedWebhook): Promise<string> =>
  secrets.seal(tx, sealedPlace(PREVIOUS_SECRET, now.id), await openSecret(secrets, now));

/** @returns null for no headers. */
export const sealHeaders = async (
  secrets: Secrets,
  tx: Transaction,
  id: string,
  headers: Record<string, string>,
): Promise<string | null> =>
  Object.keys(headers).length === 0 ? null : secrets.seal(tx, sealedPlace(HEADERS, id), JSON.stringify(headers));

const stored = z.record(z.string(), z.string());

export type SealedWebhook = {
  id: string;
  sealed_secret: string | null;
  sealed_previous_secret: string | null;
  previous_secret_until: Date | null;
  sealed_headers: string | null;
};

export async function openHeaders(
  secrets: Secrets,
  { id, sealed_headers }: Pick<SealedWebhook, 'id' | 'sealed_headers'>,
): Promise<Record<string, string>> {
  return sealed_headers === null
    ? {}
    : stored.parse(JSON.parse(await secrets.open(sealedPlace(HEADERS, id), sealed_headers)));
}

/** The secret in use. @throws Error when the webhook is deleted, or the secret does not open. */
export async function openSecret(
  secrets: Secrets,
  { id, sealed_secret }: Pick<SealedWebhook, 'id' | 'sealed_secret'>,
): Promise<string> {
  if (sealed_secret === null) throw new Error(`The webhook ${id} no longer has a secret.`);
  return secrets.open(sealedPlace(SECRET, id), sealed_secret);
}

/**
 * What a webhook's requests are signed and sent with.
 * @returns `keys` with the newest secret first. During a rotation, the previous one is the second.
 * @throws Error when the webhook is deleted, or a secret does not open.
 */
export async function openWebhook(secrets: Secrets, sealed: SealedWebhook, now: Date) {
  const { id, sealed_previous_secret, previous_secret_until } = sealed;
  const isRotating = sealed_previous_secret !== null && previous_secret_until !== null && previous_secret_until > now;
  return {
    keys: [
      signingKey(await openSecret(secrets, sealed)),
      ...(isRotating ? [signingKey(await secrets.open(sealedPlace(PREVIOUS_SECRET, id), sealed_previous_secret))] : []),
    ],
    headers: await openHeaders(secrets, sealed),
  };
}
