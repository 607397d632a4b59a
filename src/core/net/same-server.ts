/**
 * Whether two URLs have the same origin (RFC 6454, section 5): scheme, host, and port, regardless of case, Punycode,
 * and default ports. A trailing dot makes a difference, because a resolver with search domains can return another
 * address.
 */
export function isSameServer(one: string, other: string): boolean {
  const [a, b] = [URL.parse(one), URL.parse(other)];
  return a !== null && b !== null && a.origin !== 'null' && a.origin === b.origin;
}
