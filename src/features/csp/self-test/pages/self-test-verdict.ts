import type { Tone } from '#ui/page/state-label.tsx';
import { duration } from '#ui/values/elapsed.ts';
import type { SelfTestNews } from './self-test-run.ts';
import { SELF_TEST_SHAPES, type SelfTestShape } from './self-test-shapes.ts';

/** What is known of a shape so far. */
export type ShapeResult = {
  /** `undefined` before the answer, null when there was none. */
  status?: number | null;
  /** The log's lines, as it words them. */
  messages: string[];
  afterMs: number;
  /** Whether the stream delivered all of the lines. */
  live: boolean;
};

export type SelfTestResults = ReadonlyMap<string, ShapeResult>;

export function withNews(results: SelfTestResults, news: SelfTestNews): SelfTestResults {
  const known = results.get(news.shape) ?? { messages: [], afterMs: 0, live: true };
  const now: ShapeResult =
    'landed' in news
      ? {
          ...known,
          messages: [...known.messages, news.landed.message],
          afterMs: news.afterMs,
          live: known.live && news.live,
        }
      : { ...known, status: news.answered };
  return new Map(results).set(news.shape, now);
}

export type Verdict = { tone: Tone; words: string };

/**
 * The state of one kind of report.
 * @param isOver whether nothing more will come.
 */
export function verdictOf({ lines }: SelfTestShape, result: ShapeResult | undefined, isOver: boolean): Verdict {
  if (result && result.messages.length >= lines)
    return result.live
      ? { tone: 'success', words: `In ${duration(result.afterMs)}` }
      : { tone: 'warning', words: 'In the log, but not live' };
  if (result?.status === null) return { tone: 'failure', words: 'No answer' };
  if (result?.status !== undefined && result.status !== 204)
    return { tone: 'failure', words: `Refused: ${result.status}` };
  if (isOver) return { tone: 'failure', words: result ? 'Not in the log' : 'Not sent' };
  return result ? { tone: 'running', words: 'Taken' } : { tone: 'idle', words: 'Waiting' };
}

/** A cause that several shapes may share, and what to do about it. */
export type Trouble = { title: string; advice: string };

/** What went wrong, once the test is over; nothing when every shape came live. */
export function troublesOf(results: SelfTestResults): Trouble[] {
  const of = (shape: SelfTestShape) => results.get(shape.id);
  const landed = (shape: SelfTestShape) => (of(shape)?.messages.length ?? 0) >= shape.lines;
  const failing = SELF_TEST_SHAPES.filter((shape) => !landed(shape));
  const statuses = new Set(failing.map((shape) => of(shape)?.status));
  const troubles: Trouble[] = [];
  if (statuses.has(null) || statuses.has(undefined))
    troubles.push({
      title: 'The endpoint did not answer',
      advice:
        'An extension of this browser may block reports, or a proxy on the way. Try a private window; then look whether POST /api/csp-report reaches the console.',
    });
  if (statuses.has(429))
    troubles.push({
      title: 'Too many reports from this address',
      advice:
        'Wait a minute and try again. Behind a proxy all visitors may look like one: set TRUST_PROXY to the number of proxies; CSP_RATE_LIMIT raises the bound.',
    });
  const refused = [...statuses].filter((status) => typeof status === 'number' && status !== 204 && status !== 429);
  if (refused.length > 0)
    troubles.push({
      title: `Something answered ${refused.join(' and ')}`,
      advice:
        'The console answers each of these with 204. Something in front of it refuses or changes them, such as a web application firewall, or a proxy that lets only some content types pass. Let POST /api/csp-report pass unchanged.',
    });
  if (statuses.has(204))
    troubles.push({
      title: 'Taken, but not in the log',
      advice:
        'The log may be unwritable or its disk full: the console’s own log says so, under “CSP reports cannot be written to their files”. With several consoles, CSP_LOG_DIR must be one folder for all.',
    });
  if (SELF_TEST_SHAPES.some((shape) => landed(shape) && !of(shape)?.live))
    troubles.push({
      title: 'Live updates do not get through',
      advice:
        'The reports are in the log, but the live stream did not show them. A proxy may be buffering responses: turn its buffering off for /api/trpc/ (in nginx: proxy_buffering off).',
    });
  return troubles;
}
