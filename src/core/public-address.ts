import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

/** What outbound requests may reach although it is private, and over plain http. Made by `parseAllowList`. */
export type AllowList = {
  networks: Network[];
  hosts: string[];
  /** Loopback receivers are allowed because who asks is on this machine already; nobody set EGRESS_ALLOW. */
  localMode?: true;
};

/** The verdict about one address: `rule` says in words what the address is, and what allows it. */
export type Judgement = { address: string; allowed: boolean; rule: string };

type Range = { network: Network; rule: string; embedded?: (address: ipaddr.IPv6) => ipaddr.IPv4 };

const network = (cidr: string): Network => ipaddr.parseCIDR(cidr);
const ranges = (rule: string, ...cidrs: string[]): Range[] =>
  cidrs.map((cidr) => ({ network: network(cidr), rule: `${rule} (${cidr})` }));
const single = (rule: string, ...addresses: string[]): Range[] =>
  addresses.map((address) => {
    const parsed = ipaddr.parse(address);
    return { network: [parsed, parsed.kind() === 'ipv4' ? 32 : 128], rule: `${rule} (${address})` };
  });
const embedding = (rule: string, cidr: string, embedded: (address: ipaddr.IPv6) => ipaddr.IPv4): Range => ({
  network: network(cidr),
  rule,
  embedded,
});
const ipv4At = (byte: number) => (address: ipaddr.IPv6) => new ipaddr.IPv4(address.toByteArray().slice(byte, byte + 4));

/** IANA IPv4 Special-Purpose Address Registry, and where clouds answer with credentials. The first that matches counts. */
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
 * IANA IPv6 Special-Purpose Address Registry. An address that carries an IPv4 address reaches that one, so it is judged
 * by it (NAT64: RFC 6052, 6to4: RFC 3056); the forms that nobody uses any more are refused whatever they carry.
 */
const IPV6_RANGES: Range[] = [
  ...single('cloud metadata', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'),
  ...single('unspecified', '::'),
  ...single('loopback', '::1'),
  ...ranges('IPv4-compatible', '::/96'),
  ...ranges('IPv4-translated', '::ffff:0:0:0/96'),
  embedding('IPv4-mapped', '::ffff:0:0/96', ipv4At(12)),
  embedding('NAT64', '64:ff9b::/96', ipv4At(12)),
  ...ranges('local NAT64', '64:ff9b:1::/48'),
  embedding('6to4', '2002::/16', ipv4At(2)),
  ...ranges('Teredo', '2001::/32'),
  ...ranges('benchmarking', '2001:2::/48'),
  ...ranges('reserved', '2001::/23', '2620:4f:8000::/48'),
  ...ranges('documentation', '2001:db8::/32', '3fff::/20'),
  ...ranges('unique-local', 'fc00::/7'),
  ...ranges('link-local', 'fe80::/10'),
  ...ranges('site-local', 'fec0::/10'),
  ...ranges('multicast', 'ff00::/8'),
];

/** All that is assigned for the public internet so far (RFC 4291, section 2.4). */
const GLOBAL_UNICAST = network('2000::/3');

const METADATA_HOSTS = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal']);

export const LOOPBACK_ALLOW_LIST: AllowList = {
  networks: [network('127.0.0.0/8'), network('::1/128')],
  hosts: ['localhost'],
  localMode: true,
};

/**
 * Judges whether an outbound request may go to an address.
 * @param address in any spelling; one that cannot be read is refused.
 * @param host the name that resolved to it, for entries of the allow list that are names.
 */
export function judgeAddress(address: string, allow: AllowList, host?: string): Judgement {
  const parsed = parseAddress(address);
  if (!parsed) return { address, allowed: false, rule: 'not an IP address' };
  const { open, rule } =
    host !== undefined && METADATA_HOSTS.has(bare(host))
      ? { open: false, rule: `cloud metadata (${bare(host)})` }
      : classify(parsed);
  if (!names(allow, parsed, host)) return { address: parsed.toString(), allowed: open, rule };
  const by = allow.localMode ? 'in local mode' : 'by EGRESS_ALLOW';
  return { address: parsed.toString(), allowed: true, rule: `${rule}, allowed ${by}` };
}

/** Whether the list itself names the address or the host, so that plain http may go there too. */
export function isNamedBy(allow: AllowList, address: string, host?: string): boolean {
  const parsed = parseAddress(address);
  return parsed !== null && names(allow, parsed, host);
}

/**
 * Reads EGRESS_ALLOW: networks, addresses and host names, separated by commas or white space.
 * @returns the first entry that is none of these when there is one.
 */
export function parseAllowList(text: string): { ok: true; allow: AllowList } | { ok: false; entry: string } {
  const allow: AllowList = { networks: [], hosts: [] };
  for (const entry of text.split(/[\s,]+/).filter(Boolean)) {
    const parsed = parseNetwork(entry);
    const host = parsed ? null : parseHost(entry);
    if (parsed) allow.networks.push(parsed);
    else if (host) allow.hosts.push(host);
    else return { ok: false, entry };
  }
  return { ok: true, allow };
}

function classify(address: Address): { open: boolean; rule: string } {
  const range = (address.kind() === 'ipv4' ? IPV4_RANGES : IPV6_RANGES).find(({ network }) => within(address, network));
  if (range?.embedded) {
    const carried = range.embedded(address as ipaddr.IPv6);
    const { open, rule } = classify(carried);
    return { open, rule: `${range.rule} of ${carried.toString()}, ${rule}` };
  }
  if (range) return { open: false, rule: range.rule };
  if (address.kind() === 'ipv6' && !within(address, GLOBAL_UNICAST)) {
    return { open: false, rule: 'reserved (outside 2000::/3)' };
  }
  return { open: true, rule: 'public' };
}

function names(allow: AllowList, address: Address, host: string | undefined): boolean {
  if (host !== undefined && allow.hosts.includes(bare(host))) return true;
  const plain = unmapped(address);
  return allow.networks.some((network) => within(plain, network));
}

/** A mapped address is dialled as the IPv4 address it carries, by the same network stack. */
const unmapped = (address: Address): Address =>
  address.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress()
    ? (address as ipaddr.IPv6).toIPv4Address()
    : address;

const within = (address: Address, [base, bits]: Network): boolean =>
  address.kind() === base.kind() && address.match(base, bits);

const parseAddress = (text: string): Address | null => (ipaddr.isValid(text) ? ipaddr.parse(text) : null);

function parseNetwork(entry: string): Network | null {
  const text = entry.replace(/^\[(.+)\]$/, '$1');
  if (ipaddr.IPv6.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return ipaddr.parseCIDR(text);
  if (ipaddr.IPv6.isValid(text)) return whole(ipaddr.process(text));
  return ipaddr.IPv4.isValidFourPartDecimal(text) ? whole(ipaddr.parse(text)) : null;
}

const whole = (address: Address): Network => [address, address.kind() === 'ipv4' ? 32 : 128];

/** A host name as URLs spell it: lower case, punycode. What a URL would read as a number is no name. */
function parseHost(entry: string): string | null {
  const host = URL.parse(`http://${entry}/`)?.host ?? '';
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/.test(host) && !/(^|\.)[0-9]+\.?$/.test(host) ? bare(host) : null;
}

const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '');
