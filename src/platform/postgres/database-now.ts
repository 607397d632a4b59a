import { z } from 'zod';
import type { Platform } from '../scope.ts';

const answers = z.tuple([z.object({ now: z.date() })]);

/** PostgreSQL's time, by which processes agree on what is old, due or over; their own clocks may be set to anything. */
export async function databaseNow({ pool }: Pick<Platform, 'pool'>): Promise<Date> {
  const { rows } = await pool.query('select clock_timestamp() as now');
  return answers.parse(rows)[0].now;
}
