import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Overtaken } from '#platform/trpc/refusal.ts';

/** The changeable fields of an object as stored: by name, with a text that represents any secret. */
export type Fields = Readonly<Record<string, unknown>>;

const HASH_LENGTH = 8;

/**
 * A short text that changes whenever one of the fields does, and that tells which: one hash after another, in the order of
 * the fields' names. For callers it is opaque.
 */
export const versionOf = (fields: Fields): string => Object.values(hashesOf(fields)).join('');

const hashesOf = (fields: Fields): Record<string, string> =>
  Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(JSON.stringify([name, fields[name] ?? null]))
          .digest('base64url')
          .slice(0, HASH_LENGTH),
      ]),
  );

/** The names of the fields that differ from what they were in a version; all of them for a version of other fields. */
function changedSince(version: string, fields: Fields): string[] {
  const now = Object.entries(hashesOf(fields));
  if (version.length !== now.length * HASH_LENGTH) return now.map(([name]) => name);
  return now.filter(([, hash], index) => !version.startsWith(hash, index * HASH_LENGTH)).map(([name]) => name);
}

const VERSION = 'Must be a version as it was read.';

/** The version in answers. */
export const versionSchema = z.string().meta({
  description:
    'Changes whenever one of the settings does. If you send it back with a change, the change is refused if somebody else changed the same fields in the meantime.',
});

/** The input that every change accepts, so that it doesn't undo somebody else's. */
export const preconditionInput = {
  version: z
    .string(VERSION)
    .regex(/^[\w-]{8,2000}$/, VERSION)
    .optional()
    .meta({
      description:
        'The version that the change is based on. If somebody else has changed one of the same fields since, the change is refused with 409 and the current state. Changes of other fields are kept. Without a version, the change is always made.',
    }),
  if_match: z.string().max(10_000).optional().meta({
    description:
      'The `ETag` of a response, sent as the header `If-Match`. If anything has changed since, the change is refused with 412 and the current state.',
  }),
};

export type Precondition = { version?: string | undefined; if_match?: string | undefined };

/**
 * Refuses a change that would undo somebody else's. Call it with the row locked, in the transaction of the change.
 * @param stored the fields as they are stored now
 * @param names of the fields that the change alters
 * @throws Overtaken
 */
export function assertNotOvertaken(
  { version, if_match }: Precondition,
  stored: Fields,
  names: readonly string[],
): void {
  if (if_match !== undefined && !matches(if_match, versionOf(stored))) throw new Overtaken([], true);
  if (version === undefined) return;
  const overtaken = changedSince(version, stored).filter((name) => names.includes(name));
  if (overtaken.length > 0) throw new Overtaken(overtaken);
}

/** A proxy that compresses makes a tag weak on the way, so a weak one counts, too (unlike RFC 9110, section 13.1.1). */
const matches = (header: string, version: string): boolean =>
  header.split(',').some((one) => ['*', `"${version}"`].includes(one.trim().replace(/^W\//, '')));

/**
 * Makes a change, and adds to the refusal of one that was overtaken how the thing is now.
 * @throws what `change` throws
 */
export async function orShowCurrent<Result>(
  change: () => Promise<Result>,
  read: () => Promise<object>,
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof Overtaken) error.current = await read();
    throw error;
  }
}

/**
 * Of what was given, what differs from what is stored. What is left out, or is the same, is no change: where nothing is
 * left, nothing is written, no audit row either.
 */
export const changesOf = <Given extends object>(
  stored: { readonly [Name in keyof Given]?: unknown },
  given: Given,
): { [Name in keyof Given]?: Exclude<Given[Name], undefined> } =>
  Object.fromEntries(
    Object.entries(given).filter(
      ([name, value]) => value !== undefined && !isDeepStrictEqual(value ?? null, stored[name as keyof Given] ?? null),
    ),
  ) as { [Name in keyof Given]?: Exclude<Given[Name], undefined> };
