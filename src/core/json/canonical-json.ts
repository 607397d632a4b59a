import { ExactNumber, numberOf, parseExactly } from './exact-number.ts';

/**
 * The same text for all JSON with the same meaning: members sorted by name, no white space, and numbers by value (RFC
 * 8785, except that numbers keep the digits that a double can't hold; packages for RFC 8785 round them).
 */
export const canonicalJson = (json: string): string => canonicalOf(parseExactly(json));

/** Like `canonicalJson`, for a value that was parsed from JSON. */
export function canonicalOf(value: unknown): string {
  if (value instanceof ExactNumber) return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map(canonicalOf).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalOf(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The same text for every notation of a number, whether it was parsed as a double or exactly. */
function canonicalNumber({ source }: ExactNumber): string {
  const number = numberOf(source);
  return typeof number === 'number' ? JSON.stringify(number) : number.canonical;
}
