import type { Outputs } from '#client/console-api.ts';
import { paths } from '#ui/page/paths.ts';
import { pageOfShape, SELF_TEST_SHAPES, type SelfTestShape } from './self-test-shapes.ts';

type Line = Outputs['csp']['lines']['items'][number];
type Batch = { lines: Line[] };

/** The parts of the console's API that the test uses. */
export type SelfTestApi = {
  /** @returns a function that stops it. */
  listen: (run: string, heard: (batch: Batch) => void) => () => void;
  lookUp: (run: string) => Promise<Line[]>;
};

/** A result for one kind of report. Times are in ms since it was sent. */
export type SelfTestUpdate =
  | { shape: string; answered: number | null; afterMs: number }
  | { shape: string; landed: Line; afterMs: number; live: boolean };

/** How long to wait for the stream before the test continues without it. */
const LISTENING_MS = 5_000;
/** Lines usually arrive within a fraction of a second. */
const LANDING_MS = 6_000;

/**
 * Posts every kind of report to the real endpoint, and reports each answer and each resulting line, either from the
 * live stream or looked up afterward. Resolves when all results are known.
 */
export async function runSelfTest(
  api: SelfTestApi,
  run: string,
  onUpdate: (update: SelfTestUpdate) => void,
): Promise<void> {
  const sentAt = new Map<string, number>();
  const missing = new Map(SELF_TEST_SHAPES.map((shape) => [shape.id, shape.lines]));
  const seen = new Set<string>();
  const listening = Promise.withResolvers<void>();
  const landed = Promise.withResolvers<void>();

  const take = (lines: readonly Line[], live: boolean) => {
    for (const line of lines) {
      const shape = SELF_TEST_SHAPES.find((one) => isOf(line, run, one));
      if (!shape || seen.has(line.id)) continue;
      seen.add(line.id);
      missing.set(shape.id, (missing.get(shape.id) ?? 0) - 1);
      onUpdate({ shape: shape.id, landed: line, afterMs: since(sentAt.get(shape.id)), live });
    }
    if ([...missing.values()].every((lacking) => lacking <= 0)) landed.resolve();
  };

  const leave = api.listen(run, (batch) => {
    listening.resolve();
    take(batch.lines, true);
  });
  try {
    await atMost(LISTENING_MS, listening.promise);
    for (const shape of SELF_TEST_SHAPES) {
      sentAt.set(shape.id, performance.now());
      const answered = await post(shape, run);
      onUpdate({ shape: shape.id, answered, afterMs: since(sentAt.get(shape.id)) });
    }
    await atMost(LANDING_MS, landed.promise);
    if ([...missing.values()].some((lacking) => lacking > 0)) take(await api.lookUp(run).catch(() => []), false);
  } finally {
    leave();
  }
}

/** The log also has lines for malformed bodies, which are not the reports that were sent. */
const isOf = ({ kind, raw }: Line, run: string, shape: SelfTestShape): boolean =>
  (kind === 'violation' || kind === 'report') && raw.includes(`"${pageOfShape(run, shape)}"`);

/** @returns the status, or null if there was no response. */
async function post(shape: SelfTestShape, run: string): Promise<number | null> {
  try {
    const answer = await fetch(`${paths.cspReport}${shape.query}`, {
      method: 'POST',
      headers: { 'content-type': shape.contentType },
      body: JSON.stringify(shape.body(pageOfShape(run, shape), navigator.userAgent)),
    });
    return answer.status;
  } catch {
    return null;
  }
}

const since = (begun: number | undefined): number => performance.now() - (begun ?? performance.now());

function atMost(ms: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
