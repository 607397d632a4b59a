import { z } from 'zod';
import { readJson } from '#core/json/user-json.ts';

/** What Twilio says of a failure: at least one of the two. */
export type TwilioWords = { message?: string; provider_code?: number };

/**
 * A number in Twilio's documentation, a string in some responses, and missing if there is no code. It must fit a column
 * of PostgreSQL.
 */
const code = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\s*\d+\s*$/)
      .transform(Number),
  ])
  .pipe(z.int().min(1).max(2_147_483_647))
  .optional()
  .catch(undefined);
const words = z.string().trim().min(1).optional().catch(undefined);

/**
 * The names of Twilio's API of 2010 (`code`, `message`), of a message (`error_code`, `error_message`) and of its newer
 * APIs (RFC 9457: `title`, `detail`).
 */
const failure = z.object({
  code,
  message: words,
  error_code: code,
  error_message: words,
  detail: words,
  title: words,
});

/** The object in a response, even if a proxy removed its content type. Null if there is none. */
export function twilioObject(body: unknown): Record<string, unknown> | null {
  const { data } = z.record(z.string(), z.unknown()).safeParse(body);
  if (data) return data;
  if (typeof body !== 'string' || !body.trimStart().startsWith('{')) return null;
  try {
    return z.record(z.string(), z.unknown()).safeParse(readJson(body)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * Twilio's own words and code for a failure, from JSON or from XML, which its API of 2010 falls back to.
 * @returns null where there are none, such as in a proxy's page
 */
export function twilioWords(body: unknown): TwilioWords | null {
  const { data } = failure.safeParse(twilioObject(body) ?? (typeof body === 'string' ? restException(body) : null));
  if (!data) return null;
  const message = data.message ?? data.error_message ?? data.detail ?? data.title;
  const provider_code = data.code ?? data.error_code;
  if (message === undefined && provider_code === undefined) return null;
  return { ...(message !== undefined && { message }), ...(provider_code !== undefined && { provider_code }) };
}

/** `<TwilioResponse><RestException>…`: its elements hold text alone, in any order, and may be missing. */
function restException(xml: string): Record<string, string> | null {
  const [, inside] = /<RestException>([\s\S]*?)<\/RestException>/.exec(xml) ?? [];
  if (inside === undefined) return null;
  const elements = inside.matchAll(/<(Code|Message|Detail)>\s*(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<]*))\s*<\/\1>/g);
  return Object.fromEntries(
    [...elements].map(([, name = '', verbatim, text = '']) => [name.toLowerCase(), verbatim ?? unescaped(text)]),
  );
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (name) return ENTITIES[name] ?? whole;
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
