import { describe, expect, test } from 'vitest';
import { phoneNumber } from './phone-number.ts';

const read = (text: string) => phoneNumber.safeParse(text);

describe('a phone number goes to Twilio as it is typed, whatever a numbering plan says:', () => {
  test.each<[string, string]>([
    ['Mexico’s 1 after the country code', '+5215512345678'],
    ['Mexico’s 1, elsewhere in the country', '+5219991234567'],
    ['Mexico without the 1', '+525512345678'],
    ['Argentina’s 9 after the country code', '+5491112345678'],
    ['Argentina without the 9', '+541112345678'],
    ['Brazil’s ninth digit', '+5511912345678'],
    ['Brazil without the ninth digit', '+551187654321'],
    ['Benin’s ten digits', '+2290197000000'],
    ['Benin’s eight digits, until 2024', '+22997000000'],
    ['Côte d’Ivoire’s ten digits', '+2250102030405'],
    ['Côte d’Ivoire’s eight digits, until 2021', '+22501020304'],
    ['Gabon’s seven digits, until 2019', '+24107123456'],
    ['Mauritius’ seven digits', '+2307123456'],
    ['Vietnam’s eleven digits, until 2018', '+841234567890'],
    ['Italy’s leading zero', '+390612345678'],
    ['San Marino without its area code', '+378990122'],
    ['a length that its country does not have', '+1415555123499'],
    ['a 1 after the country code 1', '+11415555123'],
    ['a country code that nobody has yet', '+999123456789'],
    ['the fewest digits', '+2901234'],
    ['the most digits', '+123456789012345'],
  ])('%s', (_, number) => {
    expect(read(number).data).toBe(number);
    expect(read(`whatsapp:${number}`).data).toBe(number);
    expect(read(` ${number.replace(/(\d{4})(?=\d)/g, '$1 ')} `).data, 'with spaces').toBe(number);
  });
});

describe('a phone number as people type it is read as E.164:', () => {
  test.each<[string, string, string]>([
    ['with spaces and a hyphen', '+49 170 123-45 67', '+491701234567'],
    ['with brackets', '+1 (415) 523-8886', '+14155238886'],
    ['with dots', '+49.170.1234567', '+491701234567'],
    ['with slashes', '+49/170/1234567', '+491701234567'],
    ['with no-break spaces and dashes', '+49 170–1234567', '+491701234567'],
    ['in other digits', '+١٢١٢٥٥٥١٢١٢', '+12125551212'],
    ['with the prefix in capitals and a space', 'WhatsApp: +491701234567', '+491701234567'],
    ['with the zero that is dialed inside of the country', '+49 (0) 170 1234567', '+491701234567'],
    ['with that zero unmarked', '+490170 1234567', '+491701234567'],
    ['with that zero where it belongs to the number', '+39 (0)6 12345678', '+390612345678'],
    ['with Argentina’s 15', '+54 11 15 1234-5678', '+5491112345678'],
    ['with Hungary’s 06', '+36 06 30 1234567', '+36301234567'],
  ])('%s', (_, typed, e164) => {
    expect(read(typed).data).toBe(e164);
  });
});

describe('what is no E.164 number in any country is refused with the reason:', () => {
  test.each<[string, string, string]>([
    ['no country code', '0170 1234567', 'This number does not begin with "+" and a country code'],
    ['digits alone', '491701234567', 'This number does not begin with "+" and a country code'],
    ['00 for the plus', '0049 170 1234567', 'This number begins with "00" instead of "+" and a country code'],
    ['a country code that begins with 0', '+0123456789', 'No country code begins with 0'],
    ['six digits', '+123456', 'This number is too short, with fewer than 7 digits'],
    ['sixteen digits', '+1234567890123456', 'This number is too long, with more than 15 digits'],
    ['twenty digits', '+49170123456789012345', 'This number is too long, with more than 15 digits'],
    ['an extension', '+491701234567 ext 5', 'This number has an extension, and WhatsApp numbers have none'],
    [
      'an extension of a number of another length',
      '+22997000000 ext. 5',
      'This number has an extension, and WhatsApp numbers have none',
    ],
    ['letters', '+1 800 FLOWERS', 'This is not a phone number'],
    ['two numbers', '+491701234567, +491701234568', 'This is not a phone number'],
    ['words', 'Ada', 'This is not a phone number'],
    ['a plus alone', '+', 'This is not a phone number'],
    ['nothing', '', 'This is not a phone number'],
  ])('%s', (_, typed, reason) => {
    expect(read(typed).error?.issues.map(({ message }) => message)).toEqual([
      `${reason}: use the E.164 format, such as +14155238886.`,
    ]);
  });
});
