import { ExactNumber, numberOf, parseExactly } from './exact-number.ts';

/**
 * One text for all JSON that means the same: members in order of their names, no space, numbers by their value (RFC 8785
 * but for numbers that a double cannot hold, whose digits all count; packages for RFC 8785 round them).
 */
export const canonicalJson = (json: string): string => canonicalOf(parseExactly(json));

/** The same of a value that was read from JSON. */
export function canonicalOf(value: unknown): string {
  if (value instanceof ExactNumber) return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map(canonicalOf).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalOf(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The same text for every spelling of a number, whether it was read by its value or as it was written. */
function canonicalNumber({ source }: ExactNumber): string {
  const number = numberOf(source);
  return typeof number === 'number' ? JSON.stringify(number) : number.canonical;
}
