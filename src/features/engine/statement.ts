import type pg from 'pg';
import type { z } from 'zod';

/** A statement of the engine: prepared once a connection under its name, its rows parsed. */
export type Statement<Row> = { name: string; text: string; row: z.ZodType<Row> };

/** @throws what PostgreSQL says, and ZodError for rows that are not what they should be. */
export async function run<Row>(
  pool: pg.Pool,
  { name, text, row }: Statement<Row>,
  values: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await pool.query<Record<string, unknown>>({ name, text, values: [...values] });
  return rows.map((one) => row.parse(one));
}
