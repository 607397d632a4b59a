import type { TrackedEnvelope } from '@trpc/server';
import { z } from 'zod';
import { whileAdmitted } from '#platform/http/while-admitted.ts';
import { cspProcedure } from '../csp-scope.ts';
import { type TailBatch, tailInput, tailLines } from './tail-lines.ts';

/** Its items were checked one by one, as they were made. */
const stream = z.custom<AsyncIterable<TrackedEnvelope<TailBatch>, void>>();

/** The log stream as it grows, over server-sent events. */
export const tailProcedure = cspProcedure
  .meta({ needs: { role: 'member', scope: 'read' } })
  .input(tailInput.prefault({}))
  .output(stream)
  .subscription(({ ctx, input, signal }) =>
    whileAdmitted({ ...ctx, signal }, (until) => tailLines(ctx.scope, input, until)),
  );
