/**
 * A map of about `most` entries, of which those that were not asked for lately are forgotten first. Two halves: when the
 * young one is full it becomes the old one, whose entries are asked for again or go.
 */
export function boundedMap<Key, Value>(most: number) {
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();

  function set(key: Key, value: Value): void {
    if (young.size >= most / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }

  return {
    get(key: Key): Value | undefined {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
    set,
  };
}
