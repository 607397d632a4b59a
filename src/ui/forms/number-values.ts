/** What the number in a field may be, both ends included. */
export type NumberRule = {
  least: number;
  most: number;
  /** Whether fractions are taken, too. */
  fractions?: boolean;
  /** What an empty field means, if it may be empty: the default, or null for no value. Never 0 by accident. */
  whenEmpty?: number | null;
};

/** What a number field holds while somebody types: a number, `''`, or the text of half a number such as `-`. */
export type TypedNumber = number | string;

const read = (typed: TypedNumber): number =>
  typeof typed === 'string' && !/\d/.test(typed) ? Number.NaN : Number(typed);

const isEmpty = (typed: TypedNumber): boolean => typeof typed === 'string' && typed.trim() === '';

/** What is wrong with what was typed, in words; null when it can be sent. */
export function numberFault(typed: TypedNumber, rule: NumberRule): string | null {
  const { least, most, fractions = false } = rule;
  if (isEmpty(typed) && rule.whenEmpty !== undefined) return null;
  const number = read(typed);
  const fits = (fractions ? Number.isFinite(number) : Number.isInteger(number)) && number >= least && number <= most;
  return fits && !isEmpty(typed)
    ? null
    : `Enter a ${fractions ? '' : 'whole '}number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`;
}

/**
 * The number that a field stands for.
 * @throws Error for what `numberFault` objects to: forms show that before they send.
 */
export function numberOf<Rule extends NumberRule>(
  typed: TypedNumber,
  rule: Rule,
): number | (Rule extends { whenEmpty: null } ? null : never);
export function numberOf(typed: TypedNumber, rule: NumberRule): number | null {
  const fault = numberFault(typed, rule);
  if (fault) throw new Error(fault);
  return isEmpty(typed) ? (rule.whenEmpty ?? null) : read(typed);
}
