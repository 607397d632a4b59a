import type { BlockedKind } from '#core/csp/grouping/grouping.ts';
import type { Policy } from './policy.ts';
import type { SourceExpression } from './source.ts';

/** The facts of a violation: of one report in the log, or of the newest report of a group. */
export type ReportedViolation = {
  directive: string;
  /** Null if the browser doesn’t say what was blocked. */
  blocked_kind: BlockedKind | null;
  blocked: string | null;
  blocked_host: string | null;
  /** The page's URL, for `'self'` and for hosts without a scheme. */
  document: string | null;
  /** The first characters of inline code, or the name of a Trusted Types policy. */
  sample?: string | null;
  /** The policy that was violated, if its text is known. */
  violated?: Policy | null;
};

/** What a source list says about a violation. `by` is the source that allows it, or might; `why` is one sentence. */
export type ListVerdict = { verdict: 'allowed' | 'blocked' | 'unknown'; by: string | null; why: string };

/** What a policy says about a violation. `directive` is the one that applies, or null if none does. */
export type Verdict = ListVerdict & { directive: string | null };

export type Sources = readonly SourceExpression[];

export const allowed = (by: string, why = `${by} allows it.`): ListVerdict => ({ verdict: 'allowed', by, why });
export const blocked = (why: string): ListVerdict => ({ verdict: 'blocked', by: null, why });
export const unknown = (by: string | null, why: string): ListVerdict => ({ verdict: 'unknown', by, why });
