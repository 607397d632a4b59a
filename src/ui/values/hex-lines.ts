const BYTES_A_LINE = 16;

/**
 * Bytes as people read them: their place, sixteen of them in hex, and the same as ASCII with a dot for what is none.
 * @param base64 of the bytes
 * @param mostBytes how many are shown
 */
export function hexLines(base64: string, mostBytes: number): string[] {
  // Four characters are three bytes.
  const binary = atob(base64.slice(0, 4 * Math.ceil(mostBytes / 3))).slice(0, mostBytes);
  const bytes = Array.from(binary, (one) => one.charCodeAt(0));
  const lines: string[] = [];
  for (let from = 0; from < bytes.length; from += BYTES_A_LINE) {
    const line = bytes.slice(from, from + BYTES_A_LINE);
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${from.toString(16).padStart(4, '0')}  ${hex.padEnd(3 * BYTES_A_LINE - 1)}  ${ascii}`);
  }
  return lines;
}
