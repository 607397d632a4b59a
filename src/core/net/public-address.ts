import ipaddr from 'ipaddr.js';
import { type Address, classifyAddress, isWithin, type Network, wholeAddress } from './special-purpose-address.ts';
import { isWebPort } from './web-port.ts';

/** Private addresses that outbound requests may reach, also over HTTP. Created by `parseAllowList`. */
export type AllowList = {
  networks: Network[];
  hosts: string[];
  /** What is allowed on a single port only, which can be a port that web servers don't use. */
  ports?: ReadonlyMap<number, AllowList>;
  /** EGRESS_ALLOW is not set: the caller is on this machine already. */
  localMode?: true;
};

/** The verdict about an address. `rule` describes the address and what allows it. */
export type Judgement = { address: string; allowed: boolean; rule: string };

/** Host names of cloud metadata services, whatever they resolve to. */
const METADATA_HOSTS = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal']);

export const LOOPBACK_ALLOW_LIST: AllowList = {
  networks: [ipaddr.parseCIDR('127.0.0.0/8'), ipaddr.parseCIDR('::1/128')],
  hosts: ['localhost'],
  localMode: true,
};

/**
 * Judges whether an outbound request may go to an address.
 * @param address in any notation; the verdict has the usual one. Invalid addresses are refused.
 * @param host the name that resolved to it, for names in the allow list.
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

/** Whether the list contains the address or the host, so that HTTP is allowed too. */
export function isNamedBy(allow: AllowList, address: string, host?: string): boolean {
  const parsed = parseAddress(address);
  return parsed !== null && names(allow, parsed, host === undefined ? undefined : bare(host));
}

/**
 * Parses EGRESS_ALLOW: networks, addresses, and host names, separated by commas or white space. An entry with a port
 * that web servers don't use, such as `mail.internal:25` or `[fd00::5]:6379`, allows only that port. Other ports are
 * always allowed for allowed hosts and can't be listed.
 * @returns the first invalid entry, if any.
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

/** What a list allows on a port, including entries for that port only. Returns the same list for the same port. */
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

/** A mapped address is another notation of the IPv4 address in it. */
const unmapped = (address: Address): Address =>
  address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;

const parseAddress = (text: string): Address | null => (ipaddr.isValid(text) ? ipaddr.parse(text) : null);

/** IPv4 addresses need four decimal parts, because programs read `127.1` and `010.0.0.1` differently. */
function parseNetwork(entry: string): Network | null {
  const text = entry.replace(/^\[(.+)\]$/, '$1');
  if (ipaddr.IPv6.isValidCIDR(text) || ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return null;
  return wholeAddress(unmapped(ipaddr.parse(text)));
}

/** A host name normalized as in URLs: in lower case and Punycode. What a URL would read as an address is not a name. */
function parseHost(entry: string): string | null {
  if (/[^\p{L}\p{M}\p{N}._-]/u.test(entry)) return null;
  const host = URL.parse(`http://${entry}/`)?.hostname ?? '';
  return host !== '' && !host.includes('..') && !ipaddr.isValid(host) ? bare(host) : null;
}

const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '');
