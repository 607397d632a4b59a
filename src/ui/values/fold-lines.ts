/** A line of indented JSON, or what stands between two brackets. */
export type Folded = string | { open: string; inner: Folded[]; close: string };

/** Beyond it, JSON is shown as it is: a browser slows with so many parts. */
const MOST_LINES = 2_000;

/**
 * The lines of indented JSON by their brackets. Every line is kept to the letter.
 * @returns null when there is nothing to fold, or too much.
 */
export function foldLines(indented: string): Folded[] | null {
  const lines = indented.split('\n');
  if (lines.length < 2 || lines.length > MOST_LINES) return null;
  const top: Folded[] = [];
  const open: { open: string; inner: Folded[]; close: string }[] = [];
  const here = () => open.at(-1)?.inner ?? top;
  for (const line of lines) {
    // A text ends with its quote, so a bracket at the end or the begin of a line is no part of one.
    if (/[{[]$/.test(line)) {
      const block = { open: line, inner: [], close: '' };
      here().push(block);
      open.push(block);
    } else if (/^\s*[}\]]/.test(line)) {
      const block = open.pop();
      if (block) block.close = line;
    } else here().push(line);
  }
  return top;
}
