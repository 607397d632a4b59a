import { boundedMap } from './bounded-map.ts';

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
  const answers = boundedMap<string, Answer>(most);
  return (key, subject) => {
    if (key.length > longestKey) return compute(key, subject);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = compute(key, subject);
    answers.set(key, answer);
    return answer;
  };
}
