import { setTimeout as delay } from 'node:timers/promises';
import { type TrackedEnvelope, tracked } from '@trpc/server';
import { z } from 'zod';
import { createNoiseMemory } from '#core/csp/noise/noise-memory.ts';
import { type CspLine, LINE_KINDS } from '#core/csp/report/line.ts';
import { createLineFilter } from '#core/csp/report/line-filter.ts';
import { decodePosition, encodePosition } from '#core/lines/tail-position.ts';
import { createTailQueue, type TailedPart } from '#core/lines/tail-queue.ts';
import { toLineFilter } from '#features/csp/log/line-filter.ts';
import { toStreamLine } from '#features/csp/log/violation-of-line.ts';
import { loadOwnNoiseRules } from '#features/csp/noise/own-noise-rules.ts';
import { invalid } from '#platform/trpc/refusal.ts';
import type { CspScope } from '../csp-scope.ts';
import { cspFilters, streamLineSchema } from '../schema.ts';
import { endOfStream, followLines } from './tail-follower.ts';

export const tailInput = z.strictObject({
  ...cspFilters,
  kinds: z.array(z.enum(LINE_KINDS)).optional(),
  lastEventId: z
    .string()
    .max(6_000)
    .optional()
    .meta({ description: 'Where to continue. Starts with new lines if left out.' }),
});

const batchSchema = z.object({
  lines: z.array(streamLineSchema).meta({ description: 'Newest first.' }),
  skipped: z.int().meta({
    description: 'How many lines before these were skipped because they came faster than they could be sent.',
  }),
  gap: z.boolean().meta({ description: 'Set if there are too many lines since `lastEventId` to send them all.' }),
});

export type TailBatch = z.output<typeof batchSchema>;

/** What comes together is sent together. */
const BATCH_MS = 200;
/** So that 2,500 lines a second are sent. */
const MOST_LINES = 500;
/** For a reader who is slow, or comes back after a while: what a page shows in all. */
const MOST_WAITING = 2_000;
const MOST_MISSED_BYTES = 8 * 1024 * 1024;
/** Without a line that passes, the reader's place moves on this often. */
const PROGRESS_MS = 5_000;

/** The lines of the log stream as they come, in batches, from `lastEventId` on, until the signal aborts. */
export async function* tailLines(
  { platform }: CspScope,
  { lastEventId, kinds, ...filters }: z.output<typeof tailInput>,
  signal: AbortSignal,
): AsyncGenerator<TrackedEnvelope<TailBatch>, void> {
  const from = lastEventId === undefined ? null : decodePosition(lastEventId);
  if (lastEventId !== undefined && !from)
    throw invalid({ path: ['lastEventId'], message: 'Must be the id of an event of this stream, or left out.' });
  const rules = await loadOwnNoiseRules(platform);
  const noiseOf = createNoiseMemory(rules);
  const isNarrow = filters.noise !== undefined;
  const passes = createLineFilter(toLineFilter(filters), noiseOf);
  const wanted = ({ lines, ...part }: TailedPart<CspLine>) => ({
    ...part,
    lines: lines.filter(({ line }) => {
      // The written lines of a group decide whether its counted reports are noise, whether or not the written lines
      // match the filter.
      if (isNarrow) noiseOf(line);
      return (!kinds || kinds.includes(line.kind)) && passes(line);
    }),
  });

  let woken = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => woken.resolve());
  const early: TailedPart<CspLine>[] = [];
  let hear = (part: TailedPart<CspLine>): unknown => early.push(part);
  const listening = await followLines(platform, (part) => hear(part));
  try {
    const missed = from && (await listening.since(from, MOST_MISSED_BYTES));
    const queue = createTailQueue<CspLine>(missed && from ? from : listening.position, MOST_WAITING);
    hear = (part) => {
      queue.push(wanted(part));
      if (!queue.isEmpty()) woken.resolve();
    };
    for (const part of [...(missed ?? []), ...early]) hear(part);

    const next = (gap: boolean) => {
      const { lines, skipped, position } = queue.take(MOST_LINES, Date.now());
      const newestFirst = lines.sort((a, b) => (a.key < b.key ? 1 : -1)).map((line) => toStreamLine(line, rules));
      return tracked(encodePosition(position), batchSchema.parse({ lines: newestFirst, skipped, gap }));
    };
    yield next(from !== null && missed === null);
    while (!signal.aborted) {
      await delay(BATCH_MS, undefined, { signal }).catch(() => {});
      woken = Promise.withResolvers();
      if (queue.isEmpty() && !signal.aborted) {
        const timer = setTimeout(woken.resolve, PROGRESS_MS);
        await woken.promise;
        clearTimeout(timer);
      }
      if (!queue.isIdle() && !signal.aborted) yield next(false);
    }
  } finally {
    listening.leave();
  }
}

/** For a page of the newest lines: the `lastEventId` with which the stream continues after them. */
export const tailIdSchema = z
  .string()
  .meta({ description: 'The `lastEventId` with which the stream continues after this page.' });

/** To be read before the page itself, so that a line may come twice but is never missed. */
export const readTailId = async ({ platform }: CspScope): Promise<string> =>
  encodePosition(await endOfStream(platform));
