import { isIP } from 'node:net';
import type { Config } from '#platform/config.ts';
import { Refusal } from '#platform/refusal.ts';

/**
 * Refuses a request that came to a name which is not this console's: a page can point a name of its own at this
 * machine, but not our own names, and no address (DNS rebinding).
 * @param host the `Host` header
 * @throws Refusal FORBIDDEN
 */
export function checkHost(host: string | null, config: Pick<Config, 'host' | 'publicUrl'>): void {
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '');
  if (name !== undefined && (isIP(name) !== 0 || name === 'localhost' || name === config.host)) return;
  if (name !== undefined && config.publicUrl && new URL(config.publicUrl).hostname === name) return;
  throw new Refusal(
    'FORBIDDEN',
    config.publicUrl
      ? `This console is ${config.publicUrl}, and the request names another host: use that address.`
      : 'The request names a host that this console does not know: set PUBLIC_URL to the address that it is reached by.',
  );
}
