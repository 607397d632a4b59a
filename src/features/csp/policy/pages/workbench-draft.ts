/** A group to allow, and the key of the chosen alternative; null for the best one. */
export type DraftRequest = { id: string; alternative: string | null };

/**
 * The draft that somebody is working on. It is stored in this browser: a reload restores it, and nobody else sees it.
 */
export type Draft = {
  text: string;
  requested: readonly DraftRequest[];
  /** Whether the text was picked from reports, which leave out the policy's reporting directives. */
  isPicked: boolean;
};

export const EMPTY_DRAFT: Draft = { text: '', requested: [], isPicked: false };

/** The key of the draft in the browser's storage. */
export const DRAFT_KEY = 'honeyframe.csp-policy';

const MOST_TEXT = 100_000;
const MOST_REQUESTS = 1_000;

/** Reads the draft that the browser stored. Anything else becomes an empty draft. */
export function readDraft(kept: string | undefined): Draft {
  const { text, requested, isPicked } = objectOf(kept);
  if (typeof text !== 'string') return EMPTY_DRAFT;
  return {
    text: text.slice(0, MOST_TEXT),
    requested: Array.isArray(requested) ? requested.slice(0, MOST_REQUESTS).flatMap(requestOf) : [],
    isPicked: isPicked === true,
  };
}

function objectOf(kept: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(kept ?? '');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function requestOf(kept: unknown): DraftRequest[] {
  if (typeof kept !== 'object' || kept === null || !('id' in kept) || typeof kept.id !== 'string') return [];
  return [
    {
      id: kept.id,
      alternative: 'alternative' in kept && typeof kept.alternative === 'string' ? kept.alternative : null,
    },
  ];
}

/** The draft with a requested change, which replaces an earlier one for the same group. */
export const withRequest = (draft: Draft, request: DraftRequest): Draft => ({
  ...draft,
  requested: draft.requested.some(({ id }) => id === request.id)
    ? draft.requested.map((one) => (one.id === request.id ? request : one))
    : [...draft.requested, request],
});

export const withoutRequest = (draft: Draft, gone: string): Draft => ({
  ...draft,
  requested: draft.requested.filter(({ id }) => id !== gone),
});
