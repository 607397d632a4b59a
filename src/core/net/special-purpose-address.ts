import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = readonly [Address, number];

type Range = { network: Network; rule: string; embedded?: (address: ipaddr.IPv6) => ipaddr.IPv4 };

const network = (cidr: string): Network => ipaddr.parseCIDR(cidr);
const ranges = (rule: string, ...cidrs: string[]): Range[] =>
  cidrs.map((cidr) => ({ network: network(cidr), rule: `${rule} (${cidr})` }));
const single = (rule: string, ...addresses: string[]): Range[] =>
  addresses.map((address) => ({ network: wholeAddress(ipaddr.parse(address)), rule: `${rule} (${address})` }));
const embedding = (rule: string, cidr: string, at: number): Range => ({
  network: network(cidr),
  rule,
  embedded: (address) => new ipaddr.IPv4(address.toByteArray().slice(at, at + 4)),
});

/** IANA IPv4 Special-Purpose Address Registry, and the metadata services of clouds. The first match counts. */
const IPV4_RANGES: Range[] = [
  ...single('cloud metadata', '169.254.169.254', '169.254.170.2', '169.254.170.23'),
  ...single('cloud metadata', '100.100.100.200', '168.63.129.16', '192.0.0.192'),
  ...ranges('unspecified', '0.0.0.0/8'),
  ...ranges('private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'),
  ...ranges('CGNAT', '100.64.0.0/10'),
  ...ranges('loopback', '127.0.0.0/8'),
  ...ranges('link-local', '169.254.0.0/16'),
  ...ranges('documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'),
  ...ranges('reserved', '192.0.0.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.175.48.0/24'),
  ...ranges('benchmarking', '198.18.0.0/15'),
  ...ranges('multicast', '224.0.0.0/4'),
  ...single('broadcast', '255.255.255.255'),
  ...ranges('reserved', '240.0.0.0/4'),
];

/**
 * IANA IPv6 Special-Purpose Address Registry. An address that embeds an IPv4 address reaches that one, so the IPv4
 * address is judged (mapped: RFC 4291, NAT64: RFC 6052, 6to4: RFC 3056). Obsolete forms are always refused.
 */
const IPV6_RANGES: Range[] = [
  ...single('cloud metadata', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'),
  ...single('unspecified', '::'),
  ...single('loopback', '::1'),
  ...ranges('IPv4-compatible', '::/96'),
  ...ranges('IPv4-translated', '::ffff:0:0:0/96'),
  embedding('IPv4-mapped', '::ffff:0:0/96', 12),
  embedding('NAT64', '64:ff9b::/96', 12),
  ...ranges('local NAT64', '64:ff9b:1::/48'),
  embedding('6to4', '2002::/16', 2),
  ...ranges('Teredo', '2001::/32'),
  ...ranges('benchmarking', '2001:2::/48'),
  ...ranges('reserved', '2001::/23', '2620:4f:8000::/48'),
  ...ranges('documentation', '2001:db8::/32', '3fff::/20'),
  ...ranges('unique-local', 'fc00::/7'),
  ...ranges('link-local', 'fe80::/10'),
  ...ranges('site-local', 'fec0::/10'),
  ...ranges('multicast', 'ff00::/8'),
];

/** Everything that has been assigned for the public internet so far (RFC 4291, section 2.4). */
const GLOBAL_UNICAST = network('2000::/3');

/** The purpose of an address, and whether it is public. */
export function classifyAddress(address: Address): { open: boolean; rule: string } {
  const table = address.kind() === 'ipv4' ? IPV4_RANGES : IPV6_RANGES;
  const range = table.find((candidate) => isWithin(address, candidate.network));
  if (range?.embedded && address instanceof ipaddr.IPv6) {
    const carried = range.embedded(address);
    const { open, rule } = classifyAddress(carried);
    return { open, rule: `${range.rule} of ${carried.toString()}, ${rule}` };
  }
  if (range) return { open: false, rule: range.rule };
  const unassigned = address.kind() === 'ipv6' && !isWithin(address, GLOBAL_UNICAST);
  return unassigned ? { open: false, rule: 'reserved (outside 2000::/3)' } : { open: true, rule: 'public' };
}

export const isWithin = (address: Address, [base, bits]: Network): boolean =>
  address.kind() === base.kind() && address.match(base, bits);

/** The network with only this address. */
export function wholeAddress(address: Address): Network {
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
