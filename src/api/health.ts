import type pg from 'pg';
import type { ErrorBody } from '#platform/error-body.ts';

/** A status and a JSON body, for whatever serves them. */
export type HealthAnswer = { status: 200 | 503; body: { status: 'ok' } | ErrorBody };

const PATIENCE_MS = 2_000;

/** The process answers. */
export const live = (): HealthAnswer => ({ status: 200, body: { status: 'ok' } });

/** Whether requests can be served, that is whether PostgreSQL answers within two seconds. */
export async function ready(pool: pg.Pool): Promise<HealthAnswer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('PostgreSQL is slow')), PATIENCE_MS);
  try {
    await Promise.race([pool.query('select 1'), late]);
    return live();
  } catch {
    return unavailable('PostgreSQL does not answer: try again in a moment.');
  } finally {
    clearTimeout(timer);
  }
}

export const unavailable = (message: string): HealthAnswer => ({
  status: 503,
  body: { code: 'UNAVAILABLE', message, issues: [] },
});

/** The answer as a Fetch response, for Next's routes. */
export const healthResponse = ({ status, body }: HealthAnswer): Response =>
  Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
