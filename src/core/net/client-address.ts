import ipaddr from 'ipaddr.js';

/** The network of a single client: an IPv6 /64 (RFC 6177), or a single IPv4 address. */
export const networkOf = (address: string): string => prefixOf(address, 32, 64);

/**
 * The network of a single site, which can use many /64 networks: an IPv6 /48 (RFC 6177 §2), or a single IPv4 address.
 */
export const siteOf = (address: string): string => prefixOf(address, 32, 48);

/** A network of the size that providers have: an IPv4 /16, or an IPv6 /32, the smallest allocation (RIPE-738 §5.1). */
export const providerNetworkOf = (address: string): string => prefixOf(address, 16, 32);

function prefixOf(address: string, ipv4Bits: 16 | 32, ipv6Bits: 32 | 48 | 64): string {
  // Most addresses are IPv4, which have no colon in their canonical form.
  if (!address.includes(':'))
    return ipv4Bits === 32
      ? address
      : `${address
          .split('.')
          .slice(0, ipv4Bits / 8)
          .join('.')}/${ipv4Bits}`;
  const parsed = ipaddr.parse(address);
  if (!(parsed instanceof ipaddr.IPv6)) return address;
  const inside = ipv4Inside(parsed);
  if (inside !== null) return prefixOf(inside, ipv4Bits, ipv6Bits);
  const network = parsed.parts.slice(0, ipv6Bits / 16).map((part) => part.toString(16));
  return `${network.join(':')}::/${ipv6Bits}`;
}

/**
 * The IPv4 address of a client whose IPv6 address was derived from it. Behind a translator, all IPv4 clients share one
 * /64, and every IPv4 address comes with a 6to4 /48, so these clients are counted by their IPv4 address.
 */
function ipv4Inside({ parts }: ipaddr.IPv6): string | null {
  const at = (index: number) => parts[index] ?? 0;
  const dotted = (high: number, low: number) => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  // 6to4 (RFC 3056).
  if (at(0) === 0x2002) return dotted(at(1), at(2));
  // Teredo (RFC 4380 §4): the client's address with its bits inverted.
  if (at(0) === 0x2001 && at(1) === 0) return dotted(at(6) ^ 0xffff, at(7) ^ 0xffff);
  const startsWithZeros = parts.slice(0, 4).every((part) => part === 0);
  // Mapped, and translated by SIIT (RFC 4291 §2.5.5.2, RFC 2765 §2.1).
  if (startsWithZeros && ((at(4) === 0 && at(5) === 0xffff) || (at(4) === 0xffff && at(5) === 0)))
    return dotted(at(6), at(7));
  // NAT64 by the well-known prefix (RFC 6052 §2.1), and by the one for local use (RFC 8215), where it is a /96.
  if (
    at(0) === 0x64 &&
    at(1) === 0xff9b &&
    (at(2) === 0 || at(2) === 1) &&
    parts.slice(3, 6).every((part) => part === 0)
  )
    return dotted(at(6), at(7));
  return null;
}

/**
 * The client's address, from a list of forwarding addresses that ends with the peer of our own socket. Written by hand
 * on top of `ipaddr.js`, because packages for this require a Node.js request.
 * @param forwardedFor `X-Forwarded-For` with the socket's address appended
 * @param trustedHops the number of trusted proxies in front of us; with 0, only the socket's address counts
 * @returns the address in its canonical form, or null if the list has no valid one
 */
export function clientAddress(forwardedFor: string | null, trustedHops: number): string | null {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  const hop = withoutPort(hops[Math.max(0, hops.length - 1 - trustedHops)] ?? '');
  return ipaddr.isValid(hop) ? ipaddr.process(hop).toString() : null;
}

/** Some proxies add the client's port: `203.0.113.9:4711`, `[2001:db8::1]:4711`. */
const withoutPort = (hop: string): string =>
  /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
