import {
  Metadata,
  ParseError,
  type PhoneNumber,
  parseIncompletePhoneNumber,
  parsePhoneNumberWithError,
} from 'libphonenumber-js';
import { z } from 'zod';

/**
 * The shortest numbers that can be called from abroad have four digits after a country code of three (Saint Helena,
 * Niue); the longest have fifteen in all (ITU-T E.164, section 6).
 */
const FEWEST_DIGITS = 7;
const MOST_DIGITS = 15;

const NO_NUMBER = 'This is not a phone number';
const FORM = 'use the E.164 format, such as +14155238886.';

type ReadNumber = { e164: string } | { reason: string };

/**
 * Refuses only what is no E.164 number in any country. Which lengths and ranges a country has is for Twilio to judge: the
 * numbering plans that come with a library are older than some numbers (Benin's ten digits), and know neither those that
 * WhatsApp keeps (Mexico's +52 1) nor those that a country has given up and Twilio still takes.
 */
function readNumber(text: string): ReadNumber {
  const typed = text
    .trim()
    .replace(/^whatsapp:/i, '')
    .trim();
  if (typed.startsWith('00')) return { reason: 'This number begins with "00" instead of "+" and a country code' };
  const number = parsedNumber(typed);
  if (number === null) return { reason: NO_NUMBER };
  if (number === 'no_country' && !/^[+＋]/.test(typed))
    return { reason: 'This number does not begin with "+" and a country code' };
  if (/[\p{L};#]/u.test(typed)) return { reason: 'This number has an extension, and WhatsApp numbers have none' };
  const digits = parseIncompletePhoneNumber(typed).slice(1);
  if (digits.startsWith('0')) return { reason: 'No country code begins with 0' };
  const meant = typeof number === 'string' ? digits : meantDigits(digits, number);
  if (meant.length < FEWEST_DIGITS)
    return { reason: `This number is too short, with fewer than ${FEWEST_DIGITS} digits` };
  if (meant.length > MOST_DIGITS) return { reason: `This number is too long, with more than ${MOST_DIGITS} digits` };
  return { e164: `+${meant}` };
}

/** Null for what is no number; where the library does not read it as one of a country, why. */
function parsedNumber(typed: string): PhoneNumber | 'no_country' | 'other_length' | null {
  try {
    return parsePhoneNumberWithError(typed, { extract: false });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    if (error.message === 'NOT_A_NUMBER') return null;
    return error.message === 'INVALID_COUNTRY' ? 'no_country' : 'other_length';
  }
}

/**
 * The digits as typed, without what is dialed only inside of the country, such as the zero of "+49 (0)170 1234567": where
 * they begin with a zero that the country drops, or have no length of the country and a valid number is left without it.
 */
function meantDigits(digits: string, number: PhoneNumber): string {
  const read = number.number.slice(1);
  if (read === digits) return digits;
  const national = digits.slice(number.countryCallingCode.length);
  if (national.startsWith('0') && number.isPossible()) return read;
  if (read.length > digits.length || !number.country || !number.isValid()) return digits;
  const country = new Metadata();
  country.selectNumberingPlan(number.country);
  return country.numberingPlan?.possibleLengths().includes(national.length) ? digits : read;
}

/**
 * A phone number with its country code, as E.164 (`+14155238886`). Spaces, hyphens, brackets and the prefix `whatsapp:`
 * may stand in it.
 */
export const phoneNumber = z
  .string(`Enter a phone number: ${FORM}`)
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
