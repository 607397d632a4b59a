import { type AllowList, isNamedBy, LOOPBACK_ALLOW_LIST, parseAllowList } from './public-address.ts';

/**
 * Whether NO_PROXY, read as curl and Go read it, sends a request past the proxy: `*`, names (with their subdomains; only
 * those when a dot leads), addresses and networks, each with an optional `:port`. Loopback never goes through a proxy.
 * By hand, because undici's and the usual packages compare names only, and not networks or the address that was checked.
 * @param address the one that will be dialled.
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
