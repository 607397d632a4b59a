import { randomUUID } from 'node:crypto';
import { createSchemaChecks } from '#features/event-types/schemas/check-data.ts';
import { compileSchema } from '#features/event-types/schemas/compile-schema.ts';

/**
 * What the thread costs: data checked by an own event type's JSON Schema in a worker thread, as a publish does, against
 * the same schema compiled here and run in the event loop. One after the other, and a batch of 1,000. The two take turns.
 */
const ROUNDS = 2_000;
const BATCH = 1_000;
const BATCHES = 20;

const schema = {
  type: 'object',
  required: ['order_id', 'lines'],
  properties: {
    order_id: { type: 'string', pattern: '^order-[0-9]+$' },
    placed_at: { type: 'string', format: 'date-time' },
    lines: {
      type: 'array',
      items: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' }, count: { type: 'integer' } } },
    },
  },
};
const data = JSON.stringify({
  order_id: 'order-17',
  placed_at: '2026-11-30T12:00:00Z',
  lines: Array.from({ length: 5 }, (_, n) => ({ sku: `sku-${n}`, count: n })),
});

const checks = createSchemaChecks();
try {
  const version = randomUUID();
  const validate = compileSchema(schema);
  const here = (count: number) => {
    for (let n = 0; n < count; n += 1) if (!validate(JSON.parse(data))) throw new Error('The data is not valid.');
  };
  const inThread = async (count: number) => {
    const asked = { organization_id: 'bench', version, schema: JSON.stringify(schema), data: Array(count).fill(data) };
    const { is } = await checks.check(asked);
    if (is !== 'valid') throw new Error(`The thread says ${is}.`);
  };
  await inThread(BATCH);
  for (const [what, count, rounds] of [
    ['one event', 1, ROUNDS],
    [`a batch of ${BATCH.toLocaleString('en')}`, BATCH, BATCHES],
  ] as const) {
    const times: Record<'thread' | 'loop', number[]> = { thread: [], loop: [] };
    for (let round = 0; round < rounds; round += 1) {
      times.loop.push(await timeOf(async () => here(count)));
      times.thread.push(await timeOf(() => inThread(count)));
    }
    const [thread, loop] = [at(times.thread, 0.5), at(times.loop, 0.5)];
    console.log(
      `schema: ${what}: ${thread.toFixed(3)} ms in a thread (p99 ${at(times.thread, 0.99).toFixed(3)} ms), ${loop.toFixed(3)} ms in the event loop: ${(thread - loop).toFixed(3)} ms more, ratio ${(thread / loop).toFixed(2)}`,
    );
  }
} finally {
  await checks.close();
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function at(times: readonly number[], part: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * part)] ?? 0;
}
