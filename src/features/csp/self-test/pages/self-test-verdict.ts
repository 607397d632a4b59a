import type { Tone } from '#ui/page/state-label.tsx';
import { duration } from '#ui/values/elapsed.ts';
import type { SelfTestUpdate } from './self-test-run.ts';
import { SELF_TEST_SHAPES, type SelfTestShape } from './self-test-shapes.ts';

/** The results for one kind of report so far. */
export type ShapeResult = {
  /** `undefined` before the response; null if there was none. */
  status?: number | null;
  /** The messages of its lines in the log. */
  messages: string[];
  afterMs: number;
  /** Whether the stream delivered all of the lines. */
  live: boolean;
};

export type SelfTestResults = ReadonlyMap<string, ShapeResult>;

export function withUpdate(results: SelfTestResults, update: SelfTestUpdate): SelfTestResults {
  const known = results.get(update.shape) ?? { messages: [], afterMs: 0, live: true };
  const now: ShapeResult =
    'landed' in update
      ? {
          ...known,
          messages: [...known.messages, update.landed.message],
          afterMs: update.afterMs,
          live: known.live && update.live,
        }
      : { ...known, status: update.answered };
  return new Map(results).set(update.shape, now);
}

export type Verdict = { tone: Tone; words: string };

/**
 * The state of one kind of report.
 * @param isOver whether the test has ended.
 */
export function verdictOf({ lines }: SelfTestShape, result: ShapeResult | undefined, isOver: boolean): Verdict {
  if (result && result.messages.length >= lines)
    return result.live
      ? { tone: 'success', words: `In ${duration(result.afterMs)}` }
      : { tone: 'warning', words: 'In the log, but not live' };
  if (result?.status === null) return { tone: 'failure', words: 'No response' };
  if (result?.status !== undefined && result.status !== 204)
    return { tone: 'failure', words: `Rejected: ${result.status}` };
  if (isOver) return { tone: 'failure', words: result ? 'Not in the log' : 'Not sent' };
  return result ? { tone: 'running', words: 'Accepted' } : { tone: 'idle', words: 'Waiting' };
}

/** A problem that can affect several kinds of reports, and what to do about it. */
export type Trouble = { title: string; advice: string };

/** What went wrong, once the test has ended; empty if every report arrived live. */
export function troublesOf(results: SelfTestResults): Trouble[] {
  const of = (shape: SelfTestShape) => results.get(shape.id);
  const landed = (shape: SelfTestShape) => (of(shape)?.messages.length ?? 0) >= shape.lines;
  const failing = SELF_TEST_SHAPES.filter((shape) => !landed(shape));
  const statuses = new Set(failing.map((shape) => of(shape)?.status));
  const troubles: Trouble[] = [];
  if (statuses.has(null) || statuses.has(undefined))
    troubles.push({
      title: 'The endpoint didn’t respond',
      advice:
        'A browser extension or a proxy may be blocking reports. Try a private window. Then check whether POST /api/csp-report reaches the console.',
    });
  if (statuses.has(429))
    troubles.push({
      title: 'Too many reports from this address',
      advice:
        'Wait a minute and try again. Behind a proxy, all visitors can appear to have the same address: set TRUST_PROXY to the number of proxies. CSP_RATE_LIMIT sets the limit.',
    });
  const refused = [...statuses].filter((status) => typeof status === 'number' && status !== 204 && status !== 429);
  if (refused.length > 0)
    troubles.push({
      title: `Unexpected response: ${refused.join(' and ')}`,
      advice:
        'The console responds to each of these with 204. Something in front of it rejects or changes them, such as a web application firewall, or a proxy that allows only some content types. Let POST /api/csp-report pass unchanged.',
    });
  if (statuses.has(204))
    troubles.push({
      title: 'Accepted, but not in the log',
      advice:
        'The log folder may not be writable, or its disk may be full. Look for “CSP reports cannot be written to their files” in the console’s own log. If you run several consoles, they must share one CSP_LOG_DIR.',
    });
  if (SELF_TEST_SHAPES.some((shape) => landed(shape) && !of(shape)?.live))
    troubles.push({
      title: 'Live updates don’t arrive',
      advice:
        'The reports are in the log, but the live stream did not show them. A proxy may be buffering responses. Turn off buffering for /api/trpc/ (in nginx: proxy_buffering off).',
    });
  return troubles;
}
