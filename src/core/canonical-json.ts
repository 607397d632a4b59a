/**
 * One text for all JSON that means the same: members in order of their names, no space, numbers in JavaScript's form
 * where that loses nothing, else as written (RFC 8785 but for numbers that a double cannot hold).
 */
export function canonicalJson(json: string): string {
  return write(
    JSON.parse(json, function exact(_key, value: unknown, context?: { source?: string }) {
      const source = context?.source;
      return typeof value === 'number' && source !== undefined ? new NumberText(source) : value;
    }),
  );
}

class NumberText {
  readonly text: string;
  constructor(source: string) {
    const digits = source
      .replace(/[eE].*$/, '')
      .replace(/[-.]/g, '')
      .replace(/^0+/, '');
    const value = Number(source);
    this.text = digits.length <= 15 && Number.isFinite(value) ? String(value) : source;
  }
}

function write(value: unknown): string {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${write(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
