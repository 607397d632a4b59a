const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * JSON with two spaces for each level; strings and numbers keep their source text, so that a 64-bit id survives.
 * @returns null for what is not JSON.
 */
export function indentJson(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const tokens = text.match(TOKENS) ?? [];
  let depth = 0;
  let indented = '';
  const newLine = () => `\n${'  '.repeat(depth)}`;
  for (const [position, token] of tokens.entries()) {
    const isEmpty = (token === '{' && tokens[position + 1] === '}') || (token === '[' && tokens[position + 1] === ']');
    const closesEmpty =
      (token === '}' && tokens[position - 1] === '{') || (token === ']' && tokens[position - 1] === '[');
    if (token === '{' || token === '[') {
      depth++;
      indented += isEmpty ? token : token + newLine();
    } else if (token === '}' || token === ']') {
      depth--;
      indented += closesEmpty ? token : newLine() + token;
    } else {
      indented += token === ',' ? token + newLine() : token === ':' ? ': ' : token;
    }
  }
  return indented;
}
