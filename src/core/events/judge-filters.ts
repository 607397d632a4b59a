import { compareNumbers, ExactNumber } from '#core/json/exact-number.ts';
import type { Filter, Scalar } from './event-filter.ts';

/** Filters that are evaluated together. Each field is read only once. */
export type FilterSet = { filters: readonly Judgeable[]; places: Place };

/** A filter whose conditions are bound to fields of the data. */
type Judgeable = (found: Map<Place, Findings>, meter: Meter) => boolean;
/** A node in the tree of all fields that the filters use. */
type Place = { inner: Map<string, Place>; isAsked: boolean };

/** Counts the work: one for each value that is read. */
export type Meter = { steps: number };

/** Prepares filters to be evaluated together. */
export function joinFilters(filters: readonly Filter[]): FilterSet {
  const places: Place = { inner: new Map(), isAsked: false };
  return { filters: filters.map((filter) => prepare(filter, places)), places };
}

/**
 * Evaluates filters on an event's data, one after the other, in linear time: each value of the data is read once for
 * all filters, and each condition then takes one lookup per value in it.
 * @param data as parsed by `parseExactly`.
 * @returns whether each filter matches, in order. The caller decides how many to evaluate before yielding.
 */
export function* judgeFilters({ filters, places }: FilterSet, data: unknown, meter: Meter): Generator<boolean> {
  const found = new Map<Place, Findings>();
  collect(places, data, found, meter);
  for (const filter of filters) yield filter(found, meter);
}

function prepare(filter: Filter, places: Place): Judgeable {
  if ('not' in filter) {
    const inner = prepare(filter.not, places);
    return (found, meter) => !inner(found, meter);
  }
  if ('all' in filter) {
    const parts = filter.all.map((part) => prepare(part, places));
    return (found, meter) => parts.every((part) => part(found, meter));
  }
  if ('any' in filter) {
    const parts = filter.any.map((part) => prepare(part, places));
    return (found, meter) => parts.some((part) => part(found, meter));
  }
  const place = placeOf(filter.place, places);
  const holds = conditionOf(filter);
  return (found, meter) => {
    meter.steps += 1;
    return holds(found.get(place) ?? NOTHING, meter);
  };
}

function placeOf(keys: readonly string[], places: Place): Place {
  let place = places;
  for (const key of keys) {
    const inner = place.inner.get(key) ?? { inner: new Map(), isAsked: false };
    place.inner.set(key, inner);
    place = inner;
  }
  place.isAsked = true;
  return place;
}

/** Walks the data and the tree of fields together, and stops where either of them ends. */
function collect(place: Place, value: unknown, found: Map<Place, Findings>, meter: Meter): void {
  meter.steps += 1;
  if (place.isAsked) {
    const findings = found.get(place) ?? new Findings();
    found.set(place, findings);
    findings.add(value, meter);
  }
  if (place.inner.size === 0) return;
  for (const one of Array.isArray(value) ? value : [value]) {
    meter.steps += 1;
    if (!isObject(one)) continue;
    const names = Object.keys(one);
    // Iterates over the shorter list of names.
    for (const name of names.length < place.inner.size ? names : place.inner.keys()) {
      const inner = place.inner.get(name);
      if (inner && Object.hasOwn(one, name)) collect(inner, one[name], found, meter);
    }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);

type Numeric = number | ExactNumber;

/** The values at one field of the data, so that a condition on it is a lookup. */
class Findings {
  exists = false;
  readonly keys = new Set<string | number | boolean | null>();
  readonly texts: string[] = [];
  leastText: string | undefined;
  greatestText: string | undefined;
  least: Numeric | undefined;
  greatest: Numeric | undefined;
  #isSorted = false;

  add(value: unknown, meter: Meter): void {
    this.exists = true;
    for (const one of Array.isArray(value) ? value : [value]) {
      meter.steps += 1;
      if (!isScalar(one)) continue;
      this.keys.add(keyOf(one));
      if (typeof one === 'string') {
        this.texts.push(one);
        if (this.leastText === undefined || compareTexts(one, this.leastText) < 0) this.leastText = one;
        if (this.greatestText === undefined || compareTexts(one, this.greatestText) > 0) this.greatestText = one;
      } else if (typeof one === 'number' || one instanceof ExactNumber) {
        if (this.least === undefined || compareNumbers(one, this.least) < 0) this.least = one;
        if (this.greatest === undefined || compareNumbers(one, this.greatest) > 0) this.greatest = one;
      }
    }
  }

  /** Sorted, so that strings with the same prefix are adjacent. */
  hasPrefix(prefix: string, meter: Meter): boolean {
    if (!this.#isSorted) {
      this.texts.sort(byCodeUnits);
      meter.steps += this.texts.length;
      this.#isSorted = true;
    }
    let from = 0;
    let to = this.texts.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.texts[middle] ?? '') < prefix) from = middle + 1;
      else to = middle;
      meter.steps += 1;
    }
    return this.texts[from]?.startsWith(prefix) ?? false;
  }
}

const NOTHING = new Findings();

const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const isScalar = (value: unknown): value is Scalar =>
  typeof value !== 'object' || value === null || value instanceof ExactNumber;

/** A key that is equal only for equal values. */
function keyOf(value: Scalar): string | number | boolean | null {
  if (typeof value === 'string') return `"${value}`;
  return value instanceof ExactNumber ? value.canonical : value;
}

const SURROGATE = /[\ud800-\udfff]/;

/** Compares by code points, which is the order of UTF-8 bytes. */
function compareTexts(one: string, other: string): number {
  if (!SURROGATE.test(one) && !SURROGATE.test(other)) return byCodeUnits(one, other);
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function conditionOf({ operator, operand }: Extract<Filter, { place: string[] }>) {
  const against = operand as Scalar;
  switch (operator) {
    case 'exists':
      return (found: Findings): boolean => found.exists === operand;
    case 'equals': {
      const key = keyOf(against);
      return (found: Findings): boolean => found.keys.has(key);
    }
    case 'in': {
      const wanted = new Set((operand as Scalar[]).map(keyOf));
      return ({ keys }: Findings, meter: Meter): boolean => {
        const [few, many] = keys.size < wanted.size ? [keys, wanted] : [wanted, keys];
        meter.steps += few.size;
        for (const key of few) if (many.has(key)) return true;
        return false;
      };
    }
    case 'prefix':
      return (found: Findings, meter: Meter): boolean => found.hasPrefix(String(operand), meter);
    case 'gt':
      return (found: Findings): boolean => order(found.greatestText, found.greatest, against) > 0;
    case 'gte':
      return (found: Findings): boolean => order(found.greatestText, found.greatest, against) >= 0;
    case 'lt':
      return (found: Findings): boolean => order(found.leastText, found.least, against) < 0;
    default:
      // lte
      return (found: Findings): boolean => order(found.leastText, found.least, against) <= 0;
  }
}

/** NaN, for which every comparison is false, if there is no value of the operand's type. */
function order(text: string | undefined, number: Numeric | undefined, operand: Scalar): number {
  if (typeof operand === 'string') return text === undefined ? Number.NaN : compareTexts(text, operand);
  if (typeof operand === 'number' || operand instanceof ExactNumber)
    return number === undefined ? Number.NaN : compareNumbers(number, operand);
  return Number.NaN;
}
