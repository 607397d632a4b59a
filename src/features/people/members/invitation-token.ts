import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

const SIGNATURE_CHARACTERS = 32;

const WAYS = ['shown', 'mail'] as const;

/** Whether an admin saw the link, or it was only mailed. A mailed link proves the address of the person who has it. */
type Via = (typeof WAYS)[number];

/**
 * The path of an invitation's link. Its token is derived from the installation's secret, so reading the database
 * reveals none, and an admin can copy the link again. The mailed link has a different token, which no admin sees.
 */
export const invitationPath = (platform: Platform, id: string, via: Via): string =>
  `/invitation?token=${id}.${signatureOf(platform, id, via)}`;

/** @returns the invitation of a token, and which of its links has the token; null for a token that this console did not create. */
export function readInvitationToken(platform: Platform, token: string): { id: string; via: Via } | null {
  const [id = '', signature = ''] = token.split('.');
  const given = Buffer.from(signature);
  const via = WAYS.find((way) => {
    const expected = Buffer.from(signatureOf(platform, id, way));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return via && z.uuid().safeParse(id).success ? { id, via } : null;
}

const signatureOf = ({ secrets }: Platform, id: string, via: Via): string =>
  createHmac('sha256', secrets.authSecret)
    .update(via === 'shown' ? `invitation ${id}` : `invitation ${id} by ${via}`)
    .digest('base64url')
    .slice(0, SIGNATURE_CHARACTERS);
