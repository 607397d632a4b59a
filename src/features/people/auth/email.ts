import { z } from 'zod';

/**
 * An e-mail address in lower case. Only ASCII, as in zod's pattern, so that no two different addresses look the same.
 * `ann+1@` is a different address than `ann@`, because mail servers treat the suffix differently.
 */
export const emailSchema = z
  .email('Enter an e-mail address.')
  .max(200, 'Must be at most 200 characters.')
  .transform((email) => email.toLowerCase());

/** Whether an address from another system contains no letters of other scripts, spaces, or control characters. */
export const isAscii = (address: unknown): boolean => typeof address === 'string' && /^[\x21-\x7e]+$/.test(address);
