const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const ID = `\\d+|${UUID}|[0-9A-HJKMNP-TV-Z]{26}|\\d{4}-\\d\\d(-\\d\\d)?|.*\\[redacted\\].*`;

/**
 * `documentRoute` in SQL, of documents that are redacted: in those nothing looks like a token any more.
 * @param document an expression
 */
export function routeSql(document: string): string {
  const part = (group: 1 | 2) =>
    `regexp_extract(${document}, '^([a-z][a-z0-9+.-]*://[^/?#]*)?([^?#]*)', ${group}, 'i')`;
  const isHexId = `regexp_full_match(segment, '[0-9a-f]{8,}', 'i') and regexp_matches(segment, '\\d')`;
  const isId = `regexp_full_match(segment, '${ID}', 'is') or (${isHexId})`;
  const segments = `list_transform(string_split(${part(2)}, '/'), lambda segment: case when ${isId} then '{id}' else segment end)`;
  return `(${part(1)} || array_to_string(${segments}, '/'))`;
}
