/** A number's value, 0.digits × 10^exponent, without leading or trailing zeros in its digits. */
type Value = {
  readonly isNegative: boolean;
  /** Empty for zero. */
  readonly digits: string;
  readonly exponent: number;
};

/** A JSON number as it was written, if a double wouldn't preserve it. */
export class ExactNumber implements Value {
  /** The number as written in the JSON text. */
  readonly source: string;
  #value: Value | undefined;

  constructor(source: string) {
    this.source = source;
  }

  get isNegative(): boolean {
    return this.#read().isNegative;
  }

  get digits(): string {
    return this.#read().digits;
  }

  get exponent(): number {
    return this.#read().exponent;
  }

  /** The same text for all notations of a value. */
  get canonical(): string {
    return this.digits === '' ? '0' : `${this.isNegative ? '-' : ''}0.${this.digits}e${this.exponent}`;
  }

  /**
   * Makes JSON.stringify write the original notation (ECMA-262, JSON.rawJSON). Browsers without rawJSON write the
   * nearest double.
   */
  toJSON(): unknown {
    return rawJson?.(this.source) ?? Number(this.source);
  }

  toString(): string {
    return this.source;
  }

  /** Most numbers are only passed on. */
  #read(): Value {
    this.#value ??= readValue(this.source);
    return this.#value;
  }
}

const rawJson = (JSON as { rawJSON?: (json: string) => unknown }).rawJSON;

function readValue(source: string): Value {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const all = whole + fraction;
  let from = 0;
  while (all[from] === '0') from += 1;
  let to = all.length;
  while (to > from && all[to - 1] === '0') to -= 1;
  const digits = all.slice(from, to);
  return {
    digits,
    isNegative: sign === '-' && digits !== '',
    exponent: digits === '' ? 0 : whole.length - from + Number(power),
  };
}

/** PostgreSQL allows far larger numbers, but no real data contains them. */
const HUGE_NUMBER = /[eE][+-]?0*[1-9]\d{3}|\d{1001}/;

/** Whether a number in a JSON text has more than 1,000 digits once it is written out. */
export const holdsHugeNumber = (json: string): boolean => HUGE_NUMBER.test(json.replace(/"(?:[^"\\]|\\.)*"/g, '""'));

/** Doubles distinguish all numbers with this many digits, and keep their order. */
const DIGITS_OF_A_DOUBLE = 15;
const GREATEST_EXPONENT = 300;

/** A number as a double if that preserves its value, or else with all its digits. */
export function numberOf(source: string): number | ExactNumber {
  if (source.length <= DIGITS_OF_A_DOUBLE && !/[eE]/.test(source)) return Number(source);
  const exact = new ExactNumber(source);
  return exact.digits.length <= DIGITS_OF_A_DOUBLE && Math.abs(exact.exponent) <= GREATEST_EXPONENT
    ? Number(source)
    : exact;
}

const asExact = (value: number | ExactNumber): ExactNumber =>
  typeof value === 'number' ? new ExactNumber(String(value)) : value;

/** Negative if `one` is less, positive if it is greater, 0 if they are equal. */
export function compareNumbers(one: number | ExactNumber, other: number | ExactNumber): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const [a, b] = [asExact(one), asExact(other)];
  const signs = signOf(a) - signOf(b);
  if (signs !== 0 || a.digits === '') return signs;
  const size = a.exponent - b.exponent || compareDigits(a.digits, b.digits);
  return a.isNegative && size !== 0 ? -size : size;
}

const signOf = ({ digits, isNegative }: ExactNumber): number => (digits === '' ? 0 : isNegative ? -1 : 1);

/** Of fractions: `12` is 0.12. */
const compareDigits = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

/**
 * Whether a JSON text may contain a number that a double would change. Checked first, because exact parsing is slower.
 */
const MAY_HOLD_EXACT = /\d[\d.]{14}|\d[eE]/;

/** Like JSON.parse, but numbers that a double would change become `ExactNumber`. */
export function parseExactly(json: string): unknown {
  if (!MAY_HOLD_EXACT.test(json)) return JSON.parse(json);
  return JSON.parse(json, function exact(_key, value: unknown, context?: { source?: string }) {
    return typeof value === 'number' && context?.source !== undefined ? numberOf(context.source) : value;
  });
}
