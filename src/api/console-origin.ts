import { headers } from 'next/headers';
import { currentPlatform } from '#platform/current-platform.ts';

/** Where people and browsers reach this console: `PUBLIC_URL`, else as the page was asked for. An origin. */
export async function consoleOrigin(): Promise<string> {
  const given = await headers();
  const { publicUrl, trustProxyHops } = (await currentPlatform()).config;
  if (publicUrl) return publicUrl;
  const isTls = trustProxyHops > 0 && given.get('x-forwarded-proto')?.split(',').at(-1)?.trim() === 'https';
  return URL.parse(`${isTls ? 'https' : 'http'}://${given.get('host')}`)?.origin ?? 'http://localhost';
}
