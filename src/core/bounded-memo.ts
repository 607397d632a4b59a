import { LRUCache } from 'lru-cache';

/**
 * Caches the latest results of a pure function and evicts the least recently used ones.
 * @param most how many are kept.
 * @param longestKey results for longer keys are computed each time, which limits memory.
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
