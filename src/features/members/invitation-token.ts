import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

const SIGNATURE_CHARACTERS = 32;

/**
 * The path of an invitation's link. Its token is derived from the installation's secret: whoever reads the database
 * learns none, and an admin can copy the link again.
 */
export const invitationPath = (platform: Platform, id: string): string =>
  `/invitation?token=${id}.${signatureOf(platform, id)}`;

/** @returns the invitation's id; null for a token that this console did not make. */
export function invitationIdOf(platform: Platform, token: string): string | null {
  const [id = '', signature = ''] = token.split('.');
  const expected = Buffer.from(signatureOf(platform, id));
  const given = Buffer.from(signature);
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  return isOurs && z.uuid().safeParse(id).success ? id : null;
}

const signatureOf = ({ secrets }: Platform, id: string): string =>
  createHmac('sha256', secrets.authSecret)
    .update(`invitation ${id}`)
    .digest('base64url')
    .slice(0, SIGNATURE_CHARACTERS);
