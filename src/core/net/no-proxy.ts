import { type AllowList, isNamedBy, LOOPBACK_ALLOW_LIST, parseAllowList } from './public-address.ts';

/**
 * Whether a request bypasses the proxy according to NO_PROXY, read as curl and Go read it: `*`, names (including their
 * subdomains, or only those with a leading dot), addresses, and networks, each with an optional `:port`. Loopback
 * addresses always bypass the proxy. Written by hand, because undici and the usual packages compare only names, not
 * networks or the checked address.
 * @param address the address to connect to.
 */
export function bypassesProxy(noProxy: string, hostname: string, port: number, address: string): boolean {
  if (isNamedBy(LOOPBACK_ALLOW_LIST, address, hostname)) return true;
  return noProxy
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => matches(entry.toLowerCase(), hostname, port, address));
}

function matches(entry: string, hostname: string, port: number, address: string): boolean {
  const plain = networkOf(entry);
  if (plain) return isNamedBy(plain, address);
  const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
  if (name === '*') return true;
  const network = networkOf(name);
  if (network) return isNamedBy(network, address);
  const suffix = name.replace(/^\*/, '');
  return suffix.startsWith('.') ? hostname.endsWith(suffix) : hostname === name || hostname.endsWith(`.${name}`);
}

function networkOf(entry: string): AllowList | null {
  const list = parseAllowList(entry);
  return list.ok && list.allow.networks.length > 0 ? list.allow : null;
}
