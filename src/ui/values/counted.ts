const digits = new Intl.NumberFormat('en');

/** A whole number as people read it: "1,204". */
export const count = (number: number): string => digits.format(number);

/** A number with its noun: "1 report", "1,204 reports". `many` where an s does not do. */
export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`;
