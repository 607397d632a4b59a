import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Platform } from '#platform/scope.ts';
import { cookiePrefixOf } from './cookie-prefix.ts';

const DAYS_VALID = 180;
/** How many accounts a browser remembers. When more sign in, the earliest are removed. */
const MOST_ACCOUNTS = 8;
const ID = /^[\w-]{22}$/;

/**
 * The browser of a request, if it was signed in to this account before. Its attempts are counted separately, so that
 * nobody who guesses elsewhere can lock the account's owner out (OWASP, "Slow Down Online Guessing Attacks with Device
 * Cookies"). It proves no identity and grants no access.
 * @returns the device's id, or null for a browser that this account doesn't know.
 */
export function knownDeviceOf(platform: Platform, headers: Headers, email: string): string | null {
  const { id, marks } = read(platform, headers);
  if (id === null) return null;
  const expected = Buffer.from(markOf(platform, id, email));
  const isKnown = marks.map((mark) => Buffer.from(mark)).some((mark) => isSame(mark, expected));
  return isKnown ? id : null;
}

/** The `Set-Cookie` value for the response to a sign-in that makes the browser known to the account. */
export function rememberDevice(platform: Platform, headers: Headers, email: string): string {
  const known = read(platform, headers);
  const id = known.id ?? randomBytes(16).toString('base64url');
  const mark = markOf(platform, id, email);
  const marks = [mark, ...known.marks.filter((other) => other !== mark)].slice(0, MOST_ACCOUNTS);
  const secure = platform.config.publicUrl?.startsWith('https:') ? '; Secure' : '';
  return `${cookieName(platform)}=${[id, ...marks].join('.')}; Max-Age=${DAYS_VALID * 86_400}; Path=/api; HttpOnly; SameSite=Lax${secure}`;
}

const cookieName = (platform: Platform): string => `${cookiePrefixOf(platform)}.device`;

function read(platform: Platform, headers: Headers): { id: string | null; marks: string[] } {
  const name = `${cookieName(platform)}=`;
  const pair = (headers.get('cookie') ?? '').split(/; */).find((given) => given.startsWith(name));
  const [id = '', ...marks] = pair?.slice(name.length).split('.') ?? [];
  return ID.test(id)
    ? { id, marks: marks.filter((mark) => ID.test(mark)).slice(0, MOST_ACCOUNTS) }
    : { id: null, marks: [] };
}

const markOf = ({ secrets }: Platform, id: string, email: string): string =>
  createHmac('sha256', secrets.authSecret)
    .update(`known device\n${id}\n${email.trim().toLowerCase()}`)
    .digest('base64url')
    .slice(0, 22);

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
