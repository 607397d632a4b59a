import { z } from 'zod';

/** The id of a row, in the form in which it is stored: what was sealed for `ab…` would not open for `AB…`. */
export const idSchema = z
  .uuid('Must be an id as the lists show it (a UUID).')
  .toLowerCase()
  .meta({ description: 'The id (UUIDv7).', example: '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21' });

/** RFC 3339 UTC with milliseconds. */
export const timeSchema = z
  .date()
  .transform((date) => date.toISOString())
  .pipe(z.iso.datetime({ precision: 3 }))
  .meta({ description: 'RFC 3339, UTC, with milliseconds.', example: '2026-11-23T09:30:00.000Z' });

/** A time that a caller gives. */
export const givenTime = z.iso
  .datetime({ offset: true, error: 'Must be a time such as 2026-11-26T09:30:00.000Z.' })
  .transform((text) => new Date(text))
  .refine(
    (time) => time.getUTCFullYear() >= 1970 && time.getUTCFullYear() < 10_000,
    'Must be in a year from 1970 to 9999.',
  )
  .meta({ override: { type: 'string', format: 'date-time' } });

const hasNoControls = (text: string) => !/\p{Cc}/u.test(text) && text.isWellFormed();

const mostCharacters = (most: number) => `Must be at most ${most.toLocaleString('en')} characters.`;

/** Text of at most so many UTF-16 code units. */
export const textField = (most: number) => z.string('Must be a string.').max(most, mostCharacters(most));

/**
 * Text of one line that others have chosen, such as an id of the platform.
 * @param what it is, with its article, such as "the name of a column".
 */
export const lineField = (most: number, what?: string) =>
  z
    .string(what ? `Must be ${what}.` : 'Must be a string.')
    .min(1, what ? `Must be ${what}.` : 'Must not be empty.')
    .max(most, mostCharacters(most))
    .refine(hasNoControls, 'Must not contain control characters.');

/** Text of any lines that PostgreSQL can store. */
export const storableField = (most: number) =>
  textField(most).refine(
    (text) => !text.includes('\u0000') && text.isWellFormed(),
    'Must not contain U+0000 or half of a surrogate pair.',
  );

/**
 * What a list is filtered by, trimmed. What holds control characters is in no row, and PostgreSQL would not even read it.
 * @param what with its article, such as "an action".
 */
export const filterField = (what: string, most: number) =>
  z
    .string('Must be a string.')
    .trim()
    .min(1, `Must be ${what}, or left out.`)
    .max(most, mostCharacters(most))
    .refine(hasNoControls, `Must be ${what} without control characters.`);

export const wholeNumberField = (least: number, most: number) => {
  const message = `Must be a whole number from ${least} to ${most.toLocaleString('en')}.`;
  return z.int(message).min(least, message).max(most, message);
};

export const flagField = () => z.boolean('Must be true or false.');

/** What a list is searched for. */
export const searchText = filterField('part of a name', 100);

/** A boolean that a query string can carry. */
export const flagInput = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], 'Must be true or false.')
  .meta({ override: { type: 'boolean', anyOf: undefined } });
