import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Platform } from '#platform/scope.ts';

/**
 * The token that guards the set-up page. It is derived from the installation's secret, so that every process prints
 * the same one. It works once, because the first account ends the set-up.
 * @returns null when the installation has been set up.
 */
export async function ensureSetupToken(platform: Platform): Promise<string | null> {
  return (await isSetUp(platform)) ? null : setupToken(platform);
}

export async function isSetUp({ database }: Platform): Promise<boolean> {
  const { set_up_at } = await database.installation.findUniqueOrThrow({ where: { id: 1 } });
  return set_up_at !== null;
}

/** Compares in constant time. */
export function isSetupToken(platform: Platform, token: string): boolean {
  const expected = Buffer.from(setupToken(platform));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const setupToken = ({ secrets }: Platform) =>
  createHmac('sha256', secrets.authSecret).update('set-up token').digest('base64url').slice(0, 32);
