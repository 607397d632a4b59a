import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalOf } from '#core/json/canonical-json.ts';
import { definePart } from '#platform/define-part.ts';
import { createRateCounter } from '#platform/postgres/rate-counter.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import { TooManyRequests } from '#platform/trpc/refusal.ts';

const WINDOW_SECONDS = 60;
/** For people, who have no limit of their own. */
export const DEFAULT_CALLS = 60;
/** How often the same call may be made in a minute. */
export const MOST_REPEATS = 5;

/** The caller decides how many are too many. */
const counterOf = definePart('calls of tools', ({ pool }) =>
  createRateCounter(pool, { name: 'tool_call', windowSeconds: WINDOW_SECONDS }),
);

/**
 * Counts one call of the scope's actor.
 * @throws Refusal RATE_LIMITED above the key's limit, with the seconds until it may call again.
 */
export async function takeCall({ platform, organization_id, actor }: Scope): Promise<void> {
  const [limit, { count, seconds }] = await Promise.all([
    limitOf(platform, organization_id, actor),
    counterOf(platform).take(actorKey(actor)),
  ]);
  if (count <= limit) return;
  throw new TooManyRequests(
    `More than ${limit} calls in a minute. Wait ${inSeconds(seconds)}. An admin can change a key’s limit on the Tools page.`,
    seconds,
  );
}

/**
 * Counts one more of the same call, arguments and all: an agent that repeats itself is in a loop.
 * @throws Refusal RATE_LIMITED at the sixth within a minute.
 */
export async function takeRepeat({ platform, actor }: Scope, tool: string, given: unknown): Promise<void> {
  const call = canonicalOf([tool, given ?? null]);
  const digest = createHash('sha256').update(call).digest('base64url');
  const { count, seconds } = await counterOf(platform).take(`${actorKey(actor)}:${digest}`);
  if (count <= MOST_REPEATS) return;
  throw new TooManyRequests(
    `This exact call was already made and answered ${MOST_REPEATS} times within a minute. Use those responses, change the arguments, or wait ${inSeconds(seconds)}.`,
    seconds,
  );
}

const actorKey = ({ type, id }: Scope['actor']) => `${type}:${id}`;

const inSeconds = (seconds: number): string => `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;

const limits = z.array(z.object({ tool_calls_per_minute: z.int().nullable() }));

async function limitOf({ pool }: Platform, organization_id: string, { type, id }: Scope['actor']): Promise<number> {
  if (type === 'user') return DEFAULT_CALLS;
  const { rows } = await pool.query({
    name: 'tool_call_limit',
    text: `select tool_calls_per_minute from api_key where organization_id = $1 and id = $2`,
    values: [organization_id, id],
  });
  return limits.parse(rows)[0]?.tool_calls_per_minute ?? DEFAULT_CALLS;
}
