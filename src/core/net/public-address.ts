import ipaddr from 'ipaddr.js';
import { type Address, classifyAddress, isWithin, type Network, wholeAddress } from './special-purpose-address.ts';
import { isWebPort } from './web-port.ts';

/** What outbound requests may reach although it is private, and over plain http. Made by `parseAllowList`. */
export type AllowList = {
  networks: Network[];
  hosts: string[];
  /** What is open on one port alone, which may then be one that no web server has. */
  ports?: ReadonlyMap<number, AllowList>;
  /** Nobody set EGRESS_ALLOW: who asks is on this machine already. */
  localMode?: true;
};

/** The verdict about one address: `rule` says in words what the address is, and what allows it. */
export type Judgement = { address: string; allowed: boolean; rule: string };

/** Names under which clouds hand out credentials, wherever they resolve to. */
const METADATA_HOSTS = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal']);

export const LOOPBACK_ALLOW_LIST: AllowList = {
  networks: [ipaddr.parseCIDR('127.0.0.0/8'), ipaddr.parseCIDR('::1/128')],
  hosts: ['localhost'],
  localMode: true,
};

/**
 * Judges whether an outbound request may go to an address.
 * @param address in any spelling; the verdict holds its usual one. What cannot be read is refused.
 * @param host the name that resolved to it, for entries of the allow list that are names.
 */
export function judgeAddress(address: string, allow: AllowList, host?: string): Judgement {
  const parsed = parseAddress(address);
  if (!parsed) return { address, allowed: false, rule: 'not an IP address' };
  const name = host === undefined ? undefined : bare(host);
  const { open, rule } =
    name !== undefined && METADATA_HOSTS.has(name)
      ? { open: false, rule: `cloud metadata (${name})` }
      : classifyAddress(parsed);
  if (!names(allow, parsed, name)) return { address: parsed.toString(), allowed: open, rule };
  const by = allow.localMode ? 'in local mode' : 'by EGRESS_ALLOW';
  return { address: parsed.toString(), allowed: true, rule: `${rule}, allowed ${by}` };
}

/** Whether the list itself names the address or the host, so that plain http may go there too. */
export function isNamedBy(allow: AllowList, address: string, host?: string): boolean {
  const parsed = parseAddress(address);
  return parsed !== null && names(allow, parsed, host === undefined ? undefined : bare(host));
}

/**
 * Reads EGRESS_ALLOW: networks, addresses and host names, separated by commas or white space. One with a
 * port that no web server has, such as `mail.internal:25` or `[fd00::5]:6379`, opens that port alone; other ports are open
 * wherever the host is, and are not named.
 * @returns the first entry that is none of these when there is one.
 */
export function parseAllowList(text: string): { ok: true; allow: AllowList } | { ok: false; entry: string } {
  const whole: AllowList = { networks: [], hosts: [] };
  const ports = new Map<number, AllowList>();
  for (const entry of text.split(/[\s,]+/).filter(Boolean)) {
    const [, named = entry, digits] = /^(\[.+\]|[^:]+):(\d{1,5})$/.exec(entry) ?? [];
    const port = digits === undefined ? undefined : Number(digits);
    const network = parseNetwork(named);
    const host = network ? null : parseHost(named);
    if ((digits !== undefined && isWebPort(digits)) || !(network || host)) return { ok: false, entry };
    const allow = port === undefined ? whole : (ports.get(port) ?? { networks: [], hosts: [] });
    if (port !== undefined) ports.set(port, allow);
    if (network) allow.networks.push(network);
    else if (host) allow.hosts.push(host);
  }
  return { ok: true, allow: ports.size > 0 ? { ...whole, ports } : whole };
}

const onPorts = new WeakMap<AllowList, Map<number, AllowList>>();

/** What a list opens on a port: also what it opens there alone. The same list for the same port. */
export function allowOnPort(allow: AllowList, port: number): AllowList {
  const extra = allow.ports?.get(port);
  if (!extra) return allow;
  const known = onPorts.get(allow) ?? new Map<number, AllowList>();
  onPorts.set(allow, known);
  const both = known.get(port) ?? {
    networks: [...allow.networks, ...extra.networks],
    hosts: [...allow.hosts, ...extra.hosts],
  };
  known.set(port, both);
  return both;
}

function names(allow: AllowList, address: Address, name: string | undefined): boolean {
  if (name !== undefined && allow.hosts.includes(name)) return true;
  const carried = unmapped(address);
  return allow.networks.some((network) => isWithin(address, network) || isWithin(carried, network));
}

/** A mapped address is another spelling of the IPv4 address that it carries. */
const unmapped = (address: Address): Address =>
  address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;

const parseAddress = (text: string): Address | null => (ipaddr.isValid(text) ? ipaddr.parse(text) : null);

/** IPv4 in four decimal parts only: programs do not agree on what `127.1` or `010.0.0.1` are. */
function parseNetwork(entry: string): Network | null {
  const text = entry.replace(/^\[(.+)\]$/, '$1');
  if (ipaddr.IPv6.isValidCIDR(text) || ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return null;
  return wholeAddress(unmapped(ipaddr.parse(text)));
}

/** A host name as URLs spell it: lower case, punycode. What a URL would read as an address is no name. */
function parseHost(entry: string): string | null {
  if (/[^\p{L}\p{M}\p{N}._-]/u.test(entry)) return null;
  const host = URL.parse(`http://${entry}/`)?.hostname ?? '';
  return host !== '' && !host.includes('..') && !ipaddr.isValid(host) ? bare(host) : null;
}

const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '');
