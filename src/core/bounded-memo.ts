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
  // Comparing with the last key takes a tenth of looking a long one up, and callers often ask the same again.
  let last: { key: string; answer: Answer } | undefined;
  return (key) => {
    if (last?.key === key) return last.answer;
    if (key.length > longestKey) return compute(key);
    const known = answers.get(key);
    const answer = known ?? compute(key);
    if (known === undefined) answers.set(key, answer);
    last = { key, answer };
    return answer;
  };
}
