/** Finds the first of some pieces that a text contains, in any case: its index, or -1. */
export type PieceFinder = (text: string) => number;

const ALPHABET = 128;
/** Of all pieces; the automaton takes 256 bytes for each. */
const MOST_CHARACTERS = 16_384;
/** The characters beyond ASCII whose small letters are not. */
const [KELVIN, DOTTED_I] = [0x212a, 0x130];
const lowered = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code);

/**
 * One automaton for all pieces (Aho and Corasick, 1975), which reads each character once. Pieces beyond ASCII, and very
 * many pieces, are rare and searched one by one.
 */
export function createPieceFinder(pieces: readonly string[]): PieceFinder {
  const lower = pieces.map((piece) => piece.toLowerCase());
  const oneByOne = (text: string) => {
    const low = text.toLowerCase();
    return lower.findIndex((piece) => low.includes(piece));
  };
  const characters = lower.reduce((sum, { length }) => sum + length, 0);
  if (characters > MOST_CHARACTERS || !lower.every((piece) => /^[ -~]+$/.test(piece))) return oneByOne;
  const { next, found } = automatonOf(lower);
  const none = lower.length;

  return (text) => {
    let state = 0;
    let first = none;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code >= ALPHABET) {
        if (code === KELVIN || code === DOTTED_I) return oneByOne(text);
        state = 0;
        continue;
      }
      state = next[state * ALPHABET + code] ?? 0;
      const piece = found[state] ?? none;
      if (piece < first) first = piece;
    }
    return first === none ? -1 : first;
  };
}

/** For each state the next one by character, and the first piece that ends there. */
function automatonOf(pieces: readonly string[]): { next: Uint16Array; found: Uint16Array } {
  const most = pieces.reduce((sum, { length }) => sum + length, 1);
  const next = new Uint16Array(most * ALPHABET);
  const found = new Uint16Array(most).fill(pieces.length);
  let states = 1;
  for (const [index, piece] of pieces.entries()) {
    let state = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const place = state * ALPHABET + piece.charCodeAt(at);
      if (next[place] === 0) {
        next[place] = states;
        states += 1;
      }
      state = next[place] ?? 0;
    }
    found[state] = Math.min(found[state] ?? index, index);
  }
  completeStates(next, found);
  for (let state = 0; state < states; state += 1)
    for (let code = 65; code <= 90; code += 1)
      next[state * ALPHABET + code] = next[state * ALPHABET + lowered(code)] ?? 0;
  return { next, found };
}

/** Where a piece breaks off, goes on with the longest other one that could have begun meanwhile. */
function completeStates(next: Uint16Array, found: Uint16Array): void {
  const fallback = new Uint16Array(found.length);
  const queue = [0];
  for (const state of queue) {
    for (let code = 0; code < ALPHABET; code += 1) {
      const place = state * ALPHABET + code;
      const child = next[place] ?? 0;
      const other = state === 0 ? 0 : (next[(fallback[state] ?? 0) * ALPHABET + code] ?? 0);
      if (child === 0) {
        next[place] = other;
        continue;
      }
      fallback[child] = other;
      found[child] = Math.min(found[child] ?? 0, found[other] ?? 0);
      queue.push(child);
    }
  }
}
