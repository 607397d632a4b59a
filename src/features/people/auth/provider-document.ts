import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

/**
 * A JSON object that the provider of single sign-on serves.
 * @param url the operator's own, or what its discovery names: not a user's
 * @returns null while it does not answer with one
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
