import { ParseError, parsePhoneNumberWithError } from 'libphonenumber-js';
import { z } from 'zod';

const REASONS: Record<string, string> = {
  INVALID_COUNTRY: 'This number does not begin with "+" and a country code',
  TOO_SHORT: 'This number is too short for its country',
  TOO_LONG: 'This number is too long for its country',
  INVALID_LENGTH: 'This number has a length that its country does not have',
};
const NO_NUMBER = 'This is no phone number';
const FORM = 'give it in E.164, such as +14155238886.';

type ReadNumber = { e164: string } | { reason: string };

function readNumber(text: string): ReadNumber {
  try {
    const number = parsePhoneNumberWithError(text.trim().replace(/^whatsapp:/i, ''), { extract: false });
    if (number.isPossible() && !number.ext) return { e164: number.number };
    return { reason: REASONS.INVALID_LENGTH ?? NO_NUMBER };
  } catch (error) {
    if (error instanceof ParseError) return { reason: REASONS[error.message] ?? NO_NUMBER };
    throw error;
  }
}

/**
 * A phone number with its country code, as E.164 (`+14155238886`). Spaces, hyphens, brackets and the prefix `whatsapp:`
 * may stand in it.
 */
export const phoneNumber = z
  .string(`Give a phone number: ${FORM}`)
  .max(50, `${NO_NUMBER}: ${FORM}`)
  .superRefine((text, context) => {
    const read = readNumber(text);
    if ('reason' in read) context.addIssue({ code: 'custom', message: `${read.reason}: ${FORM}` });
  })
  // No transform: that would take the examples out of the JSON schemas of whatever has a number in it.
  .overwrite((text) => {
    const read = readNumber(text);
    return 'e164' in read ? read.e164 : text;
  });
