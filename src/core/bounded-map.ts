/**
 * A map of entries that weigh `most` together, about, of which those that were not asked for lately are forgotten first.
 * Two halves: when the young one is full it becomes the old one, whose entries are asked for again or go.
 */
export function boundedMap<Key, Value>(most: number) {
  let young = new Map<Key, Entry<Value>>();
  let old = new Map<Key, Entry<Value>>();
  let youngWeight = 0;

  function put(key: Key, entry: Entry<Value>): void {
    if (youngWeight >= most / 2) {
      old = young;
      young = new Map();
      youngWeight = 0;
    }
    youngWeight += entry.weight - (young.get(key)?.weight ?? 0);
    young.set(key, entry);
  }

  return {
    get(key: Key): Value | undefined {
      const entry = young.get(key);
      if (entry) return entry.value;
      const older = old.get(key);
      if (older) put(key, older);
      return older?.value;
    },
    set: (key: Key, value: Value, weight = 1): void => put(key, { value, weight }),
  };
}

/** The weight of so many bytes, in kilobytes: one at least, for what an entry takes beside them. */
export const kilobytesOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1_024));

type Entry<Value> = { value: Value; weight: number };
