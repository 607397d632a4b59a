import { LRUCache } from 'lru-cache';

/**
 * Remembers the latest answers of a pure function; the least recently asked for go first.
 * @param most how many are kept.
 * @param longestKey answers to longer keys are computed each time, so that memory has a bound.
 */
export function boundedMemo<Answer extends object | string | number | boolean>(
  most: number,
  longestKey: number,
  compute: (key: string) => Answer,
): (key: string) => Answer {
  const answers = new LRUCache<string, Answer>({ max: most });
  return (key) => {
    if (key.length > longestKey) return compute(key);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = compute(key);
    answers.set(key, answer);
    return answer;
  };
}
