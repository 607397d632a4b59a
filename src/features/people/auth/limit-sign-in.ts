import { networkOf, siteOf } from '#core/net/client-address.ts';
import { definePart } from '#platform/define-part.ts';
import { type Counted, createRateCounter, type RateCounter } from '#platform/postgres/rate-counter.ts';
import type { Platform } from '#platform/scope.ts';
import { TooManyRequests } from '#platform/trpc/refusal.ts';
import { auditSignIn } from './audit-sign-in.ts';
import { clearLane, isFirstToTell, takeFromLane } from './identity-throttle.ts';
import { type NoticeKind, notePerson } from './security-notices.ts';

const WINDOW_SECONDS = 15 * 60;
/**
 * How many attempts a client and a site have per window, for one account and for all accounts together. With IPv6, a client
 * is a /64 and a site is a /48. With IPv4, both are a single address.
 */
const TRIES = { account: 5, account_site: 10, address: 50, site: 150 };
/** How many password reset mails may be requested per window: for one account by one client, and for one account in total. */
const MAILS = { mails: 3, mails_account: 5 };

/**
 * How many failures are free before waits begin: for all unknown browsers of an account together, for a browser that the
 * account knows, and for an open session. Codes of a second factor have separate budgets with the same numbers.
 */
const FREE = { account: 10, own: 5 };

const LIMITS = {
  account: ['sign_in_account', TRIES.account],
  account_site: ['sign_in_account_site', TRIES.account_site],
  address: ['sign_in_address', TRIES.address],
  site: ['sign_in_site', TRIES.site],
  mails: ['reset_mail', MAILS.mails],
  mails_account: ['reset_mail_account', MAILS.mails_account],
} as const;
const limitsOf = definePart('tries to sign in', ({ pool }) => {
  const limit = (name: keyof typeof LIMITS) => {
    const [prefix, most] = LIMITS[name];
    return createRateCounter(pool, { name: prefix, most, windowSeconds: WINDOW_SECONDS, countsInOutage: true });
  };
  return {
    account: limit('account'),
    account_site: limit('account_site'),
    address: limit('address'),
    site: limit('site'),
    mails: limit('mails'),
    mails_account: limit('mails_account'),
  };
});

/** Takes one attempt from each counter that has a key, in order. @returns the first one that is used up, or null. */
async function takeEach(...takes: [RateCounter, string | null][]): Promise<Counted | null> {
  for (const [counter, key] of takes) {
    const counted = key === null ? null : await counter.take(key);
    if (counted?.isTooMany) return counted;
  }
  return null;
}

/** What proves an identity. They are counted separately, because guessing each of them requires different knowledge. */
export type Proof = 'password' | 'code';

/** Where an attempt comes from, in addition to its IP address: an open session, or a browser that the account knows. */
export type TriedFrom = { ip: string | null; device?: string | null | undefined; session_id?: string | undefined };

/** One attempt to prove an identity. Call `succeeded` if it was proved, which resets the counters that it was taken from. */
export type SignInTry = { succeeded(): Promise<void> };

/**
 * Takes one attempt for an account. A known browser and an open session have their own attempts, which nobody else can
 * use up. All others share those of the account and of their network.
 * @throws Refusal RATE_LIMITED, which says in how many minutes the next attempt is possible.
 */
export async function takeSignInTry(
  platform: Platform,
  email: string,
  { ip, device, session_id }: TriedFrom,
  proof: Proof = 'password',
): Promise<SignInTry> {
  const account = accountOf(email);
  if (session_id)
    return takeLane(platform, `${proof}:session:${session_id}`, FREE.own, {
      email,
      ip,
      proof,
      kind: 'session_guessed',
    });
  const kind = proof === 'password' ? 'passwords_guessed' : 'codes_guessed';
  if (device) return takeLane(platform, `${proof}:device:${device}:${account}`, FREE.own, { email, ip, proof, kind });
  const giveBack = await takeFromNetwork(platform, email, ip, proof);
  const lane = await takeLane(platform, `${proof}:account:${account}`, FREE.account, { email, ip, proof, kind });
  return {
    async succeeded() {
      await Promise.all([giveBack(), lane.succeeded()]);
    },
  };
}

type Told = { email: string; ip: string | null; proof: Proof; kind: NoticeKind };

async function takeLane(platform: Platform, lane: string, freeTries: number, told: Told): Promise<SignInTry> {
  const seconds = await takeFromLane(platform, lane, freeTries);
  if (seconds === 0) return { succeeded: () => clearLane(platform, lane) };
  if (await isFirstToTell(platform, lane)) {
    await auditSignIn(platform, told.proof === 'password' ? 'session.locked_out' : 'session.two_factor_locked', told);
    await notePerson(platform, told.email, told.kind, told.ip);
  }
  throw tooMany(
    told.kind === 'session_guessed' ? 'wrong attempts in this session' : 'attempts to sign in to this account',
    seconds,
    told.kind === 'passwords_guessed'
      ? ', use a browser that you have signed in with before, or reset your password'
      : '',
  );
}

/** Takes one attempt from the budgets of a client and its site. @returns a function that returns the attempt. */
async function takeFromNetwork(
  platform: Platform,
  email: string,
  ip: string | null,
  proof: Proof,
): Promise<() => Promise<void>> {
  const limits = limitsOf(platform);
  const { account, network, site } = keysOf(email, ip);
  const ofAccount = (where: string) => (proof === 'password' ? `${account}|${where}` : `${proof} ${account}|${where}`);
  const over = await takeEach(
    [limits.address, network],
    [limits.site, site],
    [limits.account, ofAccount(network)],
    [limits.account_site, site && ofAccount(site)],
  );
  if (over) {
    // Only the first refusal of a window is recorded. Further attempts write nothing.
    if (Object.values(TRIES).some((tries) => over.count === tries + 1))
      await auditSignIn(platform, 'session.locked_out', { email, ip });
    throw tooMany('attempts to sign in', over.seconds);
  }
  return async () => {
    await Promise.all([
      limits.account.clear(ofAccount(network)),
      limits.address.giveBack(network),
      ...(site ? [limits.account_site.clear(ofAccount(site)), limits.site.giveBack(site)] : []),
    ]);
  };
}

const accountOf = (email: string): string => email.trim().toLowerCase().slice(0, 150);

function keysOf(email: string, ip: string | null) {
  const network = ip === null ? 'unknown' : networkOf(ip);
  const site = ip === null ? network : siteOf(ip);
  return { account: accountOf(email), network, site: site === network ? null : site };
}

/**
 * Takes one mail for an account, requested from an IP address. Somebody who floods a person with mails stops further
 * ones for 15 minutes, during which the links in earlier mails still work.
 * @throws Refusal RATE_LIMITED
 */
export async function takeResetMail(platform: Platform, email: string, ip: string | null): Promise<void> {
  const limits = limitsOf(platform);
  const { account, network, site } = keysOf(email, ip);
  const over = await takeEach(
    [limits.address, network],
    [limits.site, site],
    [limits.mails, `${account}|${network}`],
    [limits.mails_account, account],
  );
  if (over)
    throw tooMany(
      'mails',
      over.seconds,
      over.count > MAILS.mails_account ? ', or open the link in the newest email' : '',
    );
}

/**
 * Takes one attempt of a client at something that belongs to no account, such as the token of the set-up page.
 * @throws Refusal RATE_LIMITED
 */
export async function takeAddressTry(platform: Platform, ip: string | null): Promise<SignInTry> {
  const limits = limitsOf(platform);
  const { network, site } = keysOf('', ip);
  const over = await takeEach([limits.address, network], [limits.site, site]);
  if (over) throw tooMany('tries', over.seconds);
  return {
    async succeeded() {
      await Promise.all([limits.address.giveBack(network), ...(site ? [limits.site.giveBack(site)] : [])]);
    },
  };
}

function tooMany(what: string, waitSeconds: number, orElse = ''): TooManyRequests {
  const seconds = Math.max(1, waitSeconds);
  const minutes = Math.ceil(seconds / 60);
  return new TooManyRequests(
    `Too many ${what}. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}${orElse}.`,
    seconds,
  );
}
