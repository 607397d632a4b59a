import { hostNameOf, isLoopbackName } from '#core/net/host-name.ts';
import type { Config } from '../config.ts';

type Hosts = Pick<Config, 'host' | 'publicUrl' | 'allowedHosts'>;

/**
 * Whether a request names this console: a name of this machine, `HOST`, the host of `PUBLIC_URL`, one of `ALLOWED_HOSTS`, or
 * the very address that the connection was made to. A page can point a name of its own at this machine, but none of these
 * (DNS rebinding).
 * @param host the `Host` header
 * @param localAddress our end of the connection
 */
export function isOwnHost(host: string | undefined, config: Hosts, localAddress?: string): boolean {
  const name = hostNameOf(host ?? '');
  if (name === null) return false;
  return (
    isLoopbackName(name) ||
    isAllowedHost(name, config) ||
    name === hostNameOf(config.host) ||
    name === publicNameOf(config) ||
    name === localAddress?.replace(/^::ffff:(?=[\d.]+$)/, '')
  );
}

/** Whether ALLOWED_HOSTS has a name, as `hostNameOf` gives it. */
export function isAllowedHost(name: string, { allowedHosts }: Pick<Config, 'allowedHosts'>): boolean {
  return allowedHosts.some((allowed) => fits(name, allowed));
}

const publicNameOf = ({ publicUrl }: Hosts) => (publicUrl ? hostNameOf(new URL(publicUrl).host) : undefined);

/** `*.example.com` is every name under it, and not `example.com`. */
const fits = (name: string, allowed: string): boolean =>
  allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed;
