import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

/**
 * Fetches a JSON object from the single sign-on provider.
 * @param url configured by the operator, or from the provider's discovery document; never given by a user
 * @returns null if the provider does not respond with a JSON object
 */
export async function providerDocument(
  { outbound }: Platform,
  url: string,
  accessToken?: string,
): Promise<Record<string, unknown> | null> {
  const answer = await outbound.send({
    method: 'GET',
    url,
    ...(accessToken && { headers: { authorization: `Bearer ${accessToken}` } }),
    allow: { networks: [], hosts: [new URL(url).hostname] },
  });
  if (!answer.ok || answer.status !== 200) return null;
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(answer.body.toString()));
  } catch {
    return null;
  }
}
