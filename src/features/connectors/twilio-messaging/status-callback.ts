import type { SendContext } from '../connector-type.ts';
import type { TwilioConfig } from './twilio-config.ts';

/** The URL at which Twilio reports the status of a connector's messages to this console. */
export const statusCallbackUrl = (publicUrl: string, connectorId: string): string =>
  `${publicUrl}/api/twilio/status/${connectorId}`;

/** Undefined where Twilio could not reach it, or where nothing could prove that a callback is Twilio's. */
export function ownStatusCallback(
  { auth_token }: Pick<TwilioConfig, 'auth_token'>,
  { connector_id, settings: { publicUrl } }: SendContext,
): string | undefined {
  return auth_token && publicUrl?.startsWith('https:') ? statusCallbackUrl(publicUrl, connector_id) : undefined;
}
