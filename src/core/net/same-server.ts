/**
 * Whether two URLs lead to the same server: scheme, host and port, as a URL's origin compares them (RFC 6454, section 5),
 * so that case, an internationalized name's form and a default port make no difference. A trailing dot does: a resolver
 * with search domains may answer otherwise.
 */
export function isSameServer(one: string, other: string): boolean {
  const [a, b] = [URL.parse(one), URL.parse(other)];
  return a !== null && b !== null && a.origin !== 'null' && a.origin === b.origin;
}
