import ipaddr from 'ipaddr.js';

/** The network that one client has: an IPv6 address comes with a /64 of them (RFC 6177), an IPv4 address alone. */
export const networkOf = (address: string): string => prefixOf(address, 32, 64);

/** A network of the size that providers have: an IPv4 /16, and an IPv6 /32, the least that they are given (RIPE-738 §5.1). */
export const providerNetworkOf = (address: string): string => prefixOf(address, 16, 32);

function prefixOf(address: string, ipv4Bits: 16 | 32, ipv6Bits: 32 | 64): string {
  // In its canonical form an IPv4 address has no colon, and most are.
  if (!address.includes(':'))
    return ipv4Bits === 32
      ? address
      : `${address
          .split('.')
          .slice(0, ipv4Bits / 8)
          .join('.')}/${ipv4Bits}`;
  const parsed = ipaddr.parse(address);
  if (!(parsed instanceof ipaddr.IPv6)) return address;
  const network = parsed.parts.slice(0, ipv6Bits / 16).map((part) => part.toString(16));
  return `${network.join(':')}::/${ipv6Bits}`;
}

/**
 * The address of the client, from a list of forwarding addresses whose last entry is the peer of our own socket.
 * @param forwardedFor `X-Forwarded-For` with the socket's address appended
 * @param trustedHops how many proxies in front of us may be believed; with 0 only the socket counts
 * @returns the address in its canonical form, or null when the list has none that can be read
 */
export function clientAddress(forwardedFor: string | null, trustedHops: number): string | null {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  const hop = hops[Math.max(0, hops.length - 1 - trustedHops)];
  return hop !== undefined && ipaddr.isValid(hop) ? ipaddr.process(hop).toString() : null;
}
