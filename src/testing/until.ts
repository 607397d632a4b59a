import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again until the answer is neither false nor undefined nor an error, and returns it.
 * @throws when it never is, with the last error as its cause.
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer> | Answer,
  patienceMs = 15_000,
): Promise<NonNullable<Answer>> {
  let cause: unknown;
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await delay(20)) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`Waited in vain for this: ${what}.`, { cause });
}
