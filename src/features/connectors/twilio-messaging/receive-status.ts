import { setTimeout as delay } from 'node:timers/promises';
import twilio from 'twilio';
import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';
import { idSchema } from '#platform/trpc/fields.ts';
import { invalid, notFound, Refusal } from '#platform/trpc/refusal.ts';
import { openConfig } from '../open-config.ts';
import { recordSendStatus, SEND_STATUS } from '../record-send-status.ts';
import { statusCallbackUrl } from './status-callback.ts';
import { twilioConfig } from './twilio-config.ts';
import { twilioMessaging } from './twilio-messaging.ts';

/** A status callback as it came. */
export type StatusCallback = {
  connector_id: string;
  /** `X-Twilio-Signature`, null when there is none. */
  signature: string | null;
  /** From the question mark on; empty when there is none. */
  search: string;
  /** `application/x-www-form-urlencoded`. */
  body: string;
};

const fields = z.object({
  MessageSid: z.string('Must be the SID of the message.').min(1).max(100),
  MessageStatus: z.string('Must be the status of the message.').regex(SEND_STATUS),
  ErrorCode: z.coerce.number().int().min(1).max(1_000_000).optional().catch(undefined),
});

/** A callback can arrive before the log entry of its own message, which is written once Twilio has responded. */
const LOOKS = 8;
const BETWEEN_LOOKS_MS = 250;

/**
 * Receives a message's status from Twilio. If the message is not in the log of sends, the callback is counted at the
 * connector.
 * @returns whether the log contains the message.
 * @throws Refusal NOT_FOUND for an unknown connector, FORBIDDEN without Twilio's signature, VALIDATION without a
 * status.
 */
export async function receiveStatus(platform: Platform, callback: StatusCallback): Promise<boolean> {
  const { connector_id } = callback;
  const params = await verifiedParams(platform, callback);
  const parsed = fields.safeParse(params);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid({
      path: (issue?.path ?? []).map(String),
      message: issue?.message ?? 'Must be the status of a message.',
    });
  }
  const { MessageSid, MessageStatus, ErrorCode } = parsed.data;
  const told = {
    connector_id,
    provider_id: MessageSid,
    status: MessageStatus,
    provider_code: ErrorCode ?? null,
  };
  for (let look = 1; ; look += 1) {
    if (await recordSendStatus(platform, told)) return true;
    if (look === LOOKS) break;
    await delay(BETWEEN_LOOKS_MS);
  }
  await platform.database.connector.updateMany({
    where: { id: connector_id },
    data: { unknown_statuses: { increment: 1 } },
  });
  return false;
}

async function verifiedParams(
  { database, secrets, config: { publicUrl } }: Platform,
  { connector_id, signature, search, body }: StatusCallback,
): Promise<Record<string, string | string[]>> {
  const id = idSchema.safeParse(connector_id).data;
  const row = id && (await database.connector.findUnique({ where: { id } }));
  if (!row || row.type !== twilioMessaging.type) throw notFound('Twilio connector');
  if (!publicUrl)
    throw new Refusal(
      'FORBIDDEN',
      'The signature can’t be verified, because it covers the public address. Set PUBLIC_URL.',
    );
  const { auth_token } = twilioConfig.parse((await openConfig(secrets, row)).config);
  if (!auth_token)
    throw new Refusal(
      'FORBIDDEN',
      'The signature can’t be verified, because the connector has no auth token. Add the account’s auth token to the connector.',
    );
  const params = paramsOf(body);
  const url = `${statusCallbackUrl(publicUrl, row.id)}${search}`;
  if (signature === null || !twilio.validateRequest(auth_token, signature, url, params))
    throw new Refusal(
      'FORBIDDEN',
      'The X-Twilio-Signature does not match this address and body. Check that the connector has the account’s primary auth token, which Twilio signs with, and that PUBLIC_URL is the address that Twilio calls.',
    );
  return params;
}

/** A field that comes again is a list. */
function paramsOf(body: string): Record<string, string | string[]> {
  const form = new URLSearchParams(body);
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}
