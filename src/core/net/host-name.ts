import ipaddr from 'ipaddr.js';

/**
 * The name or address that a `Host` header gives, as URLs spell it: lower case, without port, brackets and the dot of the
 * root. Null when it is none (RFC 9110, section 7.2).
 */
export function hostNameOf(host: string): string | null {
  if (!/^[^\s/?#@\\]+$/.test(host)) return null;
  const name = URL.parse(`http://${host}`)
    ?.hostname.replace(/^\[(.+)\]$/, '$1')
    .replace(/\.$/, '');
  return name || null;
}

/**
 * Whether a name always means this machine: `localhost` and what is under it (RFC 6761, section 6.3), and the loopback
 * addresses.
 */
export function isLoopbackName(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback';
}
