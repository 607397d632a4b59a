import type { PipelineRun as Row } from '#platform/generated/prisma/client.ts';
import type { PipelineRun } from './schema.ts';
import { runSchema } from './schema.ts';

const number = (rows: bigint | null) => (rows === null ? null : Number(rows));

/** A row as the API shows it, which leaves out what its schema does not name. */
export function toRun({ status, rows_in, rows_out, ...row }: Row): PipelineRun {
  return {
    ...row,
    status: runSchema.shape.status.parse(status),
    rows_in: number(rows_in),
    rows_out: number(rows_out),
  };
}
