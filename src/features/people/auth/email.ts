import { z } from 'zod';

/**
 * An address, in lower case. Plain ASCII, as zod's pattern has it: no two that look the same are different. `ann+1@` is
 * another address than `ann@`, since mail servers differ in what they make of it.
 */
export const emailSchema = z
  .email('Enter an e-mail address.')
  .max(200, 'Must be at most 200 characters.')
  .transform((email) => email.toLowerCase());

/** Whether an address that comes from elsewhere has no letters of other scripts, spaces or control characters. */
export const isAscii = (address: unknown): boolean => typeof address === 'string' && /^[\x21-\x7e]+$/.test(address);
