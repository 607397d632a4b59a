import type pg from 'pg';
import type { ErrorBody } from '#platform/http/error-body.ts';
import { type DatabaseProblem, databaseProblem } from '#platform/postgres/database-down.ts';
import type { Platform } from '#platform/scope.ts';
import { jsonResponse } from './json-response.ts';

/** A status and a JSON body, for whatever serves them. */
export type HealthAnswer = { status: 200 | 503; body: { status: 'ok' } | ErrorBody };

const PATIENCE_MS = 2_000;
/** A page that is slow is better than none: a machine that has no time for two seconds has its database all the same. */
const PAGE_PATIENCE_MS = 10_000;
/** Probes come from every load balancer: one look serves all that ask within a second. */
const KEPT_MS = 1_000;

/** The process answers. */
export const live = (): HealthAnswer => ({ status: 200, body: { status: 'ok' } });

/**
 * Whether requests can be served, that is whether PostgreSQL commits a change within two seconds and has space on its
 * disk for more: what a publish needs. A server that answers and takes nothing, as a standby or one whose disk is full,
 * is not ready. It is asked at most once a second, and never twice at once, however many ask.
 */
export const databaseReadiness = ({ pool, keep }: Kept): Promise<HealthAnswer> =>
  keep('readiness', () => shared(() => pool.query('select check_writes()')))();

/** What probes are told: also a process whose database is ready can have a problem of its own. */
export async function readiness(platform: Kept): Promise<HealthAnswer> {
  for (const problem of problemsOf(platform)) {
    const message = problem();
    if (message !== null) return unavailable(message);
  }
  return databaseReadiness(platform);
}

/** @param problem why this process is not ready although PostgreSQL answers, or null. */
export function watchProblem(platform: Kept, problem: () => string | null): void {
  problemsOf(platform).add(problem);
}

type Kept = Pick<Platform, 'pool' | 'keep'>;

const problemsOf = ({ keep }: Kept) => keep('problems of this process', () => new Set<() => string | null>());

/** Whether PostgreSQL answers at all within ten seconds, as a page needs that only shows. */
export function createReachability(pool: pg.Pool): () => Promise<HealthAnswer> {
  return shared(() => pool.query('select 1'), PAGE_PATIENCE_MS);
}

function shared(ask: () => Promise<unknown>, patienceMs = PATIENCE_MS): () => Promise<HealthAnswer> {
  let asking: Promise<HealthAnswer> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let isUnderWay = false;
  return () => {
    const isFresh = performance.now() - askedAt < KEPT_MS;
    // One that nobody has answered is not asked again beside it: a pool of those would be all that is left.
    if (asking && (isFresh || isUnderWay)) return asking;
    askedAt = performance.now();
    isUnderWay = true;
    const asked = ask();
    const end = () => {
      isUnderWay = false;
    };
    asked.then(end, end);
    asking = answerOf(asked, patienceMs);
    return asking;
  };
}

async function answerOf(asked: Promise<unknown>, patienceMs: number): Promise<HealthAnswer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('PostgreSQL is slow')), patienceMs);
  try {
    await Promise.race([asked, late]);
    return live();
  } catch (error) {
    return unavailable(MESSAGES[databaseProblem(error) ?? 'unreachable']);
  } finally {
    clearTimeout(timer);
  }
}

const MESSAGES = {
  unreachable: 'PostgreSQL is not responding. Try again in a moment.',
  read_only: 'PostgreSQL is read-only, like a standby, and accepts no changes. Point DATABASE_URL to the primary.',
  disk_full: 'PostgreSQL cannot write to its disk. Free up space on it.',
  overloaded: 'PostgreSQL has no connections or memory left. Raise its limits, or run fewer processes.',
  too_slow: 'PostgreSQL takes too long. Try again in a moment.',
} satisfies Record<DatabaseProblem, string>;

export const unavailable = (message: string): HealthAnswer => ({
  status: 503,
  body: { code: 'UNAVAILABLE', message, issues: [] },
});

/** The answer as a Fetch response. */
export const healthResponse = ({ status, body }: HealthAnswer): Response =>
  jsonResponse(body, status, { 'cache-control': 'no-store', ...(status === 503 && { 'retry-after': '2' }) });
