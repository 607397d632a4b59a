/**
 * The text of a member's value exactly as in valid JSON, with what JSON.parse would change: digits beyond 2^53, `1.0`,
 * `1e3`, and escapes. The last of several members with the same name counts, as in JSON.parse.
 * @returns null if the text isn't an object or has no such member.
 */
export function memberSource(json: string, name: string): string | null {
  let found: string | null = null;
  for (const { key, value } of membersOf(json)) if (key === name) found = value;
  return found;
}

/** The texts of an array's elements in valid JSON; empty if the text isn't an array. */
export function elementSources(json: string): string[] {
  let at = skipSpace(json, 0);
  if (json[at] !== '[') return [];
  const elements: string[] = [];
  for (at = skipSpace(json, at + 1); at < json.length && json[at] !== ']'; at = skipSpace(json, at)) {
    const end = valueEnd(json, at);
    elements.push(json.slice(at, end));
    at = skipSpace(json, end);
    if (json[at] === ',') at += 1;
  }
  return elements;
}

function* membersOf(json: string): Generator<{ key: string; value: string }> {
  let at = skipSpace(json, 0);
  if (json[at] !== '{') return;
  for (at = skipSpace(json, at + 1); at < json.length && json[at] !== '}'; at = skipSpace(json, at)) {
    const keyEnd = stringEnd(json, at);
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = valueEnd(json, start);
    yield { key: JSON.parse(json.slice(at, keyEnd)), value: json.slice(start, end) };
    at = skipSpace(json, end);
    if (json[at] === ',') at += 1;
  }
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (' \t\n\r'.includes(json[at] ?? '-')) at += 1;
  return at;
}

function stringEnd(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    if (json[at] === '\\') at += 1;
    else if (json[at] === '"') return at + 1;
  }
  return json.length;
}

function valueEnd(json: string, start: number): number {
  if (json[start] === '"') return stringEnd(json, start);
  let depth = 0;
  for (let at = start; at < json.length; at += 1) {
    const character = json[at] ?? '';
    if (character === '"') at = stringEnd(json, at) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (depth > 0 && (character === '}' || character === ']')) {
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && ',}] \t\n\r'.includes(character)) return at;
  }
  return json.length;
}
