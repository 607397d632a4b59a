/**
 * Remembers a pure function's latest answers, about `most` of them: what was not asked for lately is forgotten first.
 * @param longestKey longer keys are computed each time, so that memory has a bound.
 */
export function boundedMemo<Answer>(
  most: number,
  longestKey: number,
  compute: (key: string) => Answer,
): (key: string) => Answer {
  // Two halves: when the young one is full it becomes the old one, whose entries are asked for again or go.
  let young = new Map<string, Answer>();
  let old = new Map<string, Answer>();
  return (key) => {
    const known = young.get(key);
    if (known !== undefined) return known;
    if (key.length > longestKey) return compute(key);
    const answer = old.get(key) ?? compute(key);
    if (young.size >= most / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, answer);
    return answer;
  };
}
