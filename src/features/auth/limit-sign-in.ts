import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '#core/client-address.ts';
import { TooManyRequests } from '#platform/refusal.ts';
import type { Platform } from '#platform/scope.ts';
import { auditSignIn } from './audit-sign-in.ts';

const WINDOW_SECONDS = 15 * 60;
/** Tries at one account from one address, and at any account from one address, in a window. */
const TRIES = { account: 5, address: 50 };
/** Mails that lead to a new password, for one account and one address that asks, in a window. */
const MAILS = 3;

type Limits = { account: RateLimiterPostgres; address: RateLimiterPostgres; mails: RateLimiterPostgres };

const made = new WeakMap<Platform, Limits>();

/** Counts in PostgreSQL, so that all processes count together; in memory while it does not answer. */
function limitsOf(platform: Platform): Limits {
  const limit = (keyPrefix: string, points: number) => {
    const options = { keyPrefix, points, duration: WINDOW_SECONDS };
    return new RateLimiterPostgres({
      ...options,
      storeClient: platform.pool,
      storeType: 'pool',
      tableName: 'rate_limit',
      tableCreated: true,
      insuranceLimiter: new RateLimiterMemory(options),
    });
  };
  const limits = made.get(platform) ?? {
    account: limit('sign_in_account', TRIES.account),
    address: limit('sign_in_address', TRIES.address),
    mails: limit('reset_mail', MAILS),
  };
  made.set(platform, limits);
  return limits;
}

/** One try to sign in. Call `succeeded` when the password was right: it clears the account's count, and this try's. */
export type SignInTry = { succeeded(): Promise<void> };

/**
 * Takes one try for an account from an address.
 * @throws Refusal TOO_MANY_REQUESTS, which says in how many minutes the next try is possible.
 */
export async function takeSignInTry(platform: Platform, email: string, ip: string | null): Promise<SignInTry> {
  const limits = limitsOf(platform);
  const { address, account } = keysOf(email, ip);
  try {
    await limits.address.consume(address);
    await limits.account.consume(account);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    // The first refusal of a window stands for all: whoever tries on writes nothing.
    if (Object.values(TRIES).some((tries) => refusal.consumedPoints === tries + 1))
      await auditSignIn(platform, 'session.locked_out', { email, ip });
    throw tooMany('tries to sign in', refusal);
  }
  return {
    async succeeded() {
      await Promise.all([limits.account.delete(account), limits.address.reward(address)]);
    },
  };
}

function keysOf(email: string, ip: string | null) {
  const address = ip === null ? 'unknown' : networkOf(ip);
  return { address, account: `${email.trim().toLowerCase().slice(0, 150)}|${address}` };
}

/**
 * Takes one mail for an account, asked for from an address.
 * @throws Refusal TOO_MANY_REQUESTS
 */
export async function takeResetMail(platform: Platform, email: string, ip: string | null): Promise<void> {
  const limits = limitsOf(platform);
  const { address, account } = keysOf(email, ip);
  try {
    await limits.address.consume(address);
    await limits.mails.consume(account);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw tooMany('mails', refusal);
  }
}

function tooMany(what: string, { msBeforeNext }: RateLimiterRes): TooManyRequests {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  const minutes = Math.ceil(seconds / 60);
  return new TooManyRequests(
    `Too many ${what}. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    seconds,
  );
}
