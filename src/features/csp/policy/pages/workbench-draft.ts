/** A group that shall be allowed, and the way that was chosen; null for the best one. */
export type DraftWish = { id: string; way: string | null };

/**
 * The draft that somebody is working on. It is stored in this browser: a reload restores it, and nobody else sees it.
 */
export type Draft = {
  text: string;
  wishes: readonly DraftWish[];
  /** The text is that of a policy seen in reports, which do not tell where the policy sends them. */
  isPicked: boolean;
};

export const EMPTY_DRAFT: Draft = { text: '', wishes: [], isPicked: false };

/** Under this name the browser keeps the draft. */
export const DRAFT_KEY = 'honeyframe.csp-policy';

const MOST_TEXT = 100_000;
const MOST_WISHES = 1_000;

/** Reads the draft that the browser stored. Anything else becomes an empty draft. */
export function readDraft(kept: string | undefined): Draft {
  const { text, wishes, isPicked } = objectOf(kept);
  if (typeof text !== 'string') return EMPTY_DRAFT;
  return {
    text: text.slice(0, MOST_TEXT),
    wishes: Array.isArray(wishes) ? wishes.slice(0, MOST_WISHES).flatMap(wishOf) : [],
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

function wishOf(kept: unknown): DraftWish[] {
  if (typeof kept !== 'object' || kept === null || !('id' in kept) || typeof kept.id !== 'string') return [];
  return [{ id: kept.id, way: 'way' in kept && typeof kept.way === 'string' ? kept.way : null }];
}

/** The draft with a requested change, which replaces an earlier one for the same group. */
export const withWish = (draft: Draft, wish: DraftWish): Draft => ({
  ...draft,
  wishes: draft.wishes.some(({ id }) => id === wish.id)
    ? draft.wishes.map((one) => (one.id === wish.id ? wish : one))
    : [...draft.wishes, wish],
});

export const withoutWish = (draft: Draft, gone: string): Draft => ({
  ...draft,
  wishes: draft.wishes.filter(({ id }) => id !== gone),
});
