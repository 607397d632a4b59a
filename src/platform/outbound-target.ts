import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type AllowList, isNamedBy, type Judgement, judgeAddress } from '#core/public-address.ts';
import { OutboundFailure } from './outbound-failure.ts';

/** All addresses of a name, in the order in which they should be tried. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** Where a request may go: the URL, its name or address without brackets, and the addresses that were checked. */
export type Target = { url: URL; hostname: string; addresses: string[] };

export type TargetCheck = { host: string; addresses: Judgement[] } & (
  | { ok: true; target: Target }
  | { ok: false; failure: OutboundFailure }
);

export const resolveBySystem: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, order: 'verbatim' })).map(({ address }) => address);

/**
 * Decides whether a URL may be requested: http or https, without credentials, every address of its name public or
 * allowed, plain http only where allowed. The name is looked up once; who connects takes the addresses from here.
 */
export async function checkTarget(
  text: string,
  allow: AllowList,
  resolve: Resolve,
  timeoutMs: number,
): Promise<TargetCheck> {
  const url = URL.parse(text);
  const refuse = (
    code: 'blocked_address' | 'dns_error',
    message: string,
    addresses: Judgement[] = [],
  ): TargetCheck => ({
    ok: false,
    host: url?.host ?? '',
    addresses,
    failure: new OutboundFailure(code, message),
  });
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return refuse('blocked_address', 'This is no web address: give one that starts with https://.');
  }
  if (url.username || url.password) {
    return refuse('blocked_address', `The URL carries a user name or password for ${url.host}: leave them out of it.`);
  }
  const hostname = url.hostname.replace(/^\[(.+)\]$/, '$1');
  const literal = isIP(hostname) !== 0;
  const resolved = literal ? [hostname] : await lookUp(hostname, resolve, timeoutMs);
  if (typeof resolved === 'string') return refuse('dns_error', resolved);
  const verdicts = [...new Set(resolved)].map((address) => judge(address, allow, hostname));
  const addresses = verdicts.map(({ judgement }) => judgement);
  const refused = addresses.find(({ allowed }) => !allowed);
  if (refused) {
    const what = literal ? refused.address : `${hostname} is ${refused.address}, which`;
    const message = `${what} is ${refused.rule} and may not be reached: give a public address, or have EGRESS_ALLOW name this one.`;
    return refuse('blocked_address', message, addresses);
  }
  if (url.protocol === 'http:' && !verdicts.every(({ isNamed }) => isNamed)) {
    const message = `Plain http to ${url.host} is not allowed: give an https address, or have EGRESS_ALLOW name the host.`;
    return refuse('blocked_address', message, addresses);
  }
  const target = { url, hostname, addresses: addresses.map(({ address }) => address) };
  return { ok: true, host: url.host, addresses, target };
}

/** The addresses of a name, or why there are none. The system's look-up cannot be stopped, only no longer waited for. */
async function lookUp(hostname: string, resolve: Resolve, timeoutMs: number): Promise<string[] | string> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(Object.assign(new Error(), { code: 'ETIMEOUT' })), timeoutMs);
  try {
    const addresses = await Promise.race([resolve(hostname), limit.promise]);
    return addresses.length > 0 ? addresses : noAddress(hostname);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    if (code === 'ENOTFOUND' || code === 'ENODATA') return noAddress(hostname);
    return `The name ${hostname} could not be looked up (${code}): check the name servers of this machine, and send again.`;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Verdicts of late, by the list that gave them: they follow from the address, the name and the list alone, and a webhook's
 * address is judged again before each of its requests.
 */
const verdictsBy = new WeakMap<AllowList, Map<string, Verdict>>();
const MOST_VERDICTS = 2_000;
type Verdict = { judgement: Judgement; isNamed: boolean };

function judge(address: string, allow: AllowList, hostname: string): Verdict {
  const known = verdictsBy.get(allow) ?? new Map<string, Verdict>();
  verdictsBy.set(allow, known);
  const key = `${address} ${hostname}`;
  const before = known.get(key);
  if (before) return before;
  if (known.size >= MOST_VERDICTS) known.clear();
  const judgement = judgeAddress(address, allow, hostname);
  const verdict = { judgement, isNamed: isNamedBy(allow, judgement.address, hostname) };
  known.set(key, verdict);
  return verdict;
}

const noAddress = (hostname: string): string => `The name ${hostname} has no address: check the spelling of the host.`;
