/**
 * Remembers a pure function's latest answers, about `most` of them: what was not asked for lately is forgotten first.
 * @param compute is given the key, and what it stands for.
 * @param longestKey longer keys are computed each time, so that memory has a bound.
 */
export function boundedMemo<Answer, Subject = void>(
  most: number,
  longestKey: number,
  compute: (key: string, subject: Subject) => Answer,
): (key: string, subject: Subject) => Answer {
  // Two halves: when the young one is full it becomes the old one, whose entries are asked for again or go.
  let young = new Map<string, Answer>();
  let old = new Map<string, Answer>();
  return (key, subject) => {
    const known = young.get(key);
    if (known !== undefined) return known;
    if (key.length > longestKey) return compute(key, subject);
    const answer = old.get(key) ?? compute(key, subject);
    if (young.size >= most / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, answer);
    return answer;
  };
}
