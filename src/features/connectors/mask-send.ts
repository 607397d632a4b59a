import type { AnswerMasker } from '#core/delivery/kept-answer.ts';
import { isJsonObject } from '#core/json/user-json.ts';
import { createMaskIn, maskInBytes, quotedForms } from '#core/text/mask.ts';

/** Credentials as a whole: a type may write its secrets there in a form of their own, such as Basic's base64. */
export const CREDENTIAL_HEADERS = new Set(['authorization', 'cookie']);

/** What a request's headers carry as credentials, in the form in which an answer might quote them. */
export const credentialTexts = (call: { headers: Record<string, string> } | null): string[] =>
  Object.entries(call?.headers ?? {}).flatMap(([name, value]) =>
    CREDENTIAL_HEADERS.has(name.toLowerCase()) ? [value, ...value.split(' ').slice(1)] : [],
  );

/** Shorter texts would mask innocent words. */
const LEAST_LENGTH = 6;

/**
 * A function that masks a connector's secrets in texts and in JSON values. A URL's path is a credential too, and
 * answers like to quote it or its end ("The requested webhook POST abc123 is not registered").
 */
export function maskerOf(secrets: readonly string[]) {
  const mask = createMaskIn(hiddenTexts(secrets).flatMap(quotedForms));
  return <Value>(value: Value): Value => maskValue(value, mask);
}

/** The same for the body of an answer, which may not be text. */
export function answerMaskerOf(secrets: readonly string[]): AnswerMasker {
  const hidden = hiddenTexts(secrets);
  return { text: maskerOf(secrets), bytes: (bytes) => maskInBytes(bytes, hidden) };
}

const hiddenTexts = (secrets: readonly string[]): string[] =>
  secrets.flatMap((secret) => [secret, ...urlParts(secret)]).filter((text) => text.length >= LEAST_LENGTH);

function urlParts(secret: string): string[] {
  const url = URL.parse(secret);
  if (!url?.host) return [];
  const path = url.pathname.replace(/\/+$/, '');
  const segments = path.split('/').slice(1);
  const ends = segments.slice(0, -1).map((_, index) => segments.slice(index).join('/'));
  const parts = [
    url.href,
    path + url.search,
    path,
    ...ends,
    ...[segments.at(-1) ?? '', ...url.searchParams.values()].filter(isLikeSecret),
  ];
  return [...new Set(parts.flatMap((part) => [part, decoded(part)]))];
}

/** A word may stand in any answer; a token has digits in it or is long. */
const isLikeSecret = (text: string): boolean => /\d/.test(text) || text.length >= 16;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type MaskText = (text: string) => string;

function maskValue<Value>(value: Value, mask: MaskText): Value;
function maskValue(value: unknown, mask: MaskText): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, mask));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [mask(name), maskValue(inner, mask)]));
}
