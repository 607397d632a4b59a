import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import { type AllowList, allowOnPort, isNamedBy, type Judgement, judgeAddress } from '#core/net/public-address.ts';
import { isWebPort } from '#core/net/web-port.ts';
import { type FailureSide, OutboundFailure } from './failure.ts';

/** All addresses of a name, in the order in which they should be tried. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** A URL taken apart: `hostname` is a name or an address without brackets, `path` has the query, `port` may be empty. */
export type Parts = { protocol: string; host: string; port: string; origin: string; path: string; hostname: string };

type TakenApart = Parts & { isLiteral: boolean; hasCredentials: boolean };

/** Where a request may go, and the addresses that were checked. */
export type Target = Parts & { addresses: string[] };

export type TargetCheck = { host: string; addresses: Judgement[] } & (
  | { ok: true; target: Target }
  | { ok: false; failure: OutboundFailure }
);

export const resolveBySystem: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, order: 'verbatim' })).map(({ address }) => address);

/**
 * Decides whether a URL may be requested: http or https, without credentials, every address of its name public or
 * allowed, plain http only where allowed, and no port that no web server has unless the list names it. The name is looked up once; who connects takes the addresses from here.
 */
export async function checkTarget(
  text: string,
  allow: AllowList,
  resolve: Resolve,
  timeoutMs: number,
): Promise<TargetCheck> {
  const url = takeApart(text);
  const refuse = (
    code: 'blocked_address' | 'dns_error',
    message: string,
    addresses: Judgement[] = [],
    side: FailureSide = 'there',
  ): TargetCheck => ({
    ok: false,
    host: url?.host ?? '',
    addresses,
    failure: new OutboundFailure(code, message, undefined, side),
  });
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return refuse('blocked_address', 'This is not a web address. Use one that starts with https://.');
  }
  if (url.hasCredentials) {
    return refuse('blocked_address', `The URL contains a user name or password for ${url.host}. Remove them.`);
  }
  const { hostname, isLiteral } = url;
  const port = Number(url.port);
  const onPort = allowOnPort(allow, port);
  const resolved = isLiteral ? [hostname] : await lookUp(hostname, resolve, timeoutMs);
  if ('message' in resolved) return refuse('dns_error', resolved.message, [], resolved.side);
  const verdicts = (resolved.length > 1 ? [...new Set(resolved)] : resolved).map((address) =>
    judge(address, onPort, hostname),
  );
  const addresses = verdicts.map(({ judgement }) => judgement);
  const refused = addresses.find(({ allowed }) => !allowed);
  if (refused) {
    const what = isLiteral ? refused.address : `${hostname} is ${refused.address}, which`;
    const message = `${what} is ${refused.rule}, which is not allowed. Use a public address, or add this one to EGRESS_ALLOW.`;
    return refuse('blocked_address', message, addresses);
  }
  const ofPort = allow.ports?.get(port) ?? NOTHING;
  if (!isWebPort(url.port) && !addresses.every(({ address }) => isNamedBy(ofPort, address, hostname))) {
    return refuse('blocked_address', notOfTheWeb(port, url.host), addresses);
  }
  if (url.protocol === 'http:' && !verdicts.every(({ isNamed }) => isNamed)) {
    const message = `Plain http to ${url.host} is not allowed. Use an https address, or add the host to EGRESS_ALLOW.`;
    return refuse('blocked_address', message, addresses);
  }
  const target = { ...url, addresses: addresses.map(({ address }) => address) };
  return { ok: true, host: url.host, addresses, target };
}

/**
 * What can be said of a URL's port without looking its name up: a list may open it for addresses that the name has.
 * @returns why requests there are refused; null when they may not be, or for what is no URL.
 */
export function refusedPort(text: string, allow: AllowList): string | null {
  const url = takeApart(text);
  if (!url || isWebPort(url.port)) return null;
  const port = Number(url.port);
  const ofPort = allow.ports?.get(port) ?? NOTHING;
  const isOpen = url.isLiteral
    ? isNamedBy(ofPort, url.hostname)
    : ofPort.networks.length > 0 || isNamedBy(ofPort, '0.0.0.0', url.hostname);
  return isOpen ? null : notOfTheWeb(port, url.host);
}

const notOfTheWeb = (port: number, host: string): string =>
  `Port ${port} belongs to a protocol other than HTTP and is not allowed. Use a web server's port, or add ${host} to EGRESS_ALLOW.`;

const NOTHING: AllowList = { networks: [], hosts: [] };

/** Recently parsed URLs, because a webhook's URL is needed again for each of its requests. */
const partsOf = new LRUCache<string, TakenApart>({ max: 2_000 });

/** @returns null for what is no URL. */
export function takeApart(text: string): TakenApart | null {
  const known = partsOf.get(text);
  if (known !== undefined) return known;
  const url = URL.parse(text);
  if (!url) return null;
  const hostname = url.hostname.replace(/^\[(.+)\]$/, '$1');
  const parts = {
    protocol: url.protocol,
    host: url.host,
    port: url.port,
    origin: url.origin,
    path: url.pathname + url.search,
    hostname,
    isLiteral: isIP(hostname) !== 0,
    hasCredentials: url.username !== '' || url.password !== '',
  };
  partsOf.set(text, parts);
  return parts;
}

type Unresolved = { message: string; side: FailureSide };

/**
 * The addresses of a name, or why there are none. The system's lookup can't be cancelled; we only stop waiting for it.
 */
async function lookUp(hostname: string, resolve: Resolve, timeoutMs: number): Promise<string[] | Unresolved> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(Object.assign(new Error(), { code: 'ETIMEOUT' })), timeoutMs);
  try {
    const addresses = await Promise.race([resolve(hostname), limit.promise]);
    return addresses.length > 0 ? addresses : noAddress(hostname);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    if (code === 'ENOTFOUND' || code === 'ENODATA') return noAddress(hostname);
    const message = `The host name ${hostname} could not be looked up (${code}). Check the name servers of this machine, and send again.`;
    return { message, side: 'likely_here' };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Recent verdicts, by the list that produced them. They depend only on the address, the name, and the list, and a
 * webhook's address is checked again before each of its requests.
 */
const verdictsBy = new WeakMap<AllowList, LRUCache<string, Verdict>>();
const MOST_VERDICTS = 2_000;
type Verdict = { judgement: Judgement; isNamed: boolean };

function judge(address: string, allow: AllowList, hostname: string): Verdict {
  const known = verdictsBy.get(allow) ?? new LRUCache<string, Verdict>({ max: MOST_VERDICTS });
  verdictsBy.set(allow, known);
  const key = `${address} ${hostname}`;
  const before = known.get(key);
  if (before) return before;
  const judgement = judgeAddress(address, allow, hostname);
  const verdict = { judgement, isNamed: isNamedBy(allow, judgement.address, hostname) };
  known.set(key, verdict);
  return verdict;
}

const noAddress = (hostname: string): Unresolved => ({
  message: `The host name ${hostname} has no address. Check its spelling.`,
  side: 'likely_there',
});
