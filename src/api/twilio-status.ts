import { receiveStatus } from '#features/connectors/twilio-messaging/receive-status.ts';
import type { Platform } from '#platform/scope.ts';
import { readText } from './read-body.ts';
import { errorResponse } from './rest.ts';
import { decodePart } from './rest-routes.ts';

/** Answers Twilio's status callbacks: 204 for every one that Twilio signed, of a known message or not. */
export async function handleTwilioStatus(platform: Platform, request: Request, connectorId: string): Promise<Response> {
  try {
    await receiveStatus(platform, {
      connector_id: decodePart(connectorId),
      signature: request.headers.get('x-twilio-signature'),
      search: new URL(request.url).search,
      body: await readText(request),
    });
    return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return errorResponse(platform, error, request);
  }
}
