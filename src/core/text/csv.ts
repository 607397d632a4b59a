/** What a spreadsheet would take for a formula, and run (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * A line of CSV as RFC 4180 has it. A text that begins like a formula gets an apostrophe before it; null is an empty
 * cell. No library: the two rules of quoting are shorter than its options, and the apostrophe would be ours anyway.
 */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
