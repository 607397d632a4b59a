import ipaddr from 'ipaddr.js';

/**
 * The name or address in a `Host` header, normalized as in URLs: in lower case, without port, brackets, and trailing
 * dot. Null if it isn't valid (RFC 9110, section 7.2).
 */
export function hostNameOf(host: string): string | null {
  if (!/^[^\s/?#@\\]+$/.test(host)) return null;
  const name = URL.parse(`http://${host}`)
    ?.hostname.replace(/^\[(.+)\]$/, '$1')
    .replace(/\.$/, '');
  return name || null;
}

/**
 * Whether a name always refers to this machine: `localhost` and its subdomains (RFC 6761, section 6.3), and the
 * loopback addresses.
 */
export function isLoopbackName(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback';
}
