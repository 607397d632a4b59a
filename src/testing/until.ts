import { setTimeout as delay } from 'node:timers/promises';

const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * Asks again until the answer is neither false nor undefined nor an error, and returns it. A question that takes long, as
 * counting a large table, is asked less often, so that it does not take the time of what it waits for.
 * @throws when it never is, with the last error as its cause.
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer> | Answer,
  patienceMs = 15_000,
): Promise<NonNullable<Answer>> {
  let cause: unknown;
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline; ) {
    const asked = performance.now();
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
    } catch (error) {
      cause = error;
    }
    const tookMs = performance.now() - asked;
    await delay(Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, 4 * tookMs)));
  }
  throw new Error(`Waited in vain for this: ${what}.`, { cause });
}
