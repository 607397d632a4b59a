/** Header fields in order, with repetitions, and names in lower case. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** The same of what the API shows. */
export const pairsOf = (fields: readonly { name: string; value: string }[]): HeaderPairs =>
  fields.map(({ name, value }) => [name, value]);

/** All values of a field. */
export const headerValues = (headers: HeaderPairs, wanted: string): string[] =>
  headers.flatMap(([name, value]) => (name === wanted ? [value] : []));

const TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;

/** `application/octet-stream` if the headers don't specify it (RFC 9110, section 8.3). */
export function mediaTypeOf(headers: HeaderPairs): string {
  const type = (headerValues(headers, 'content-type')[0] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return TYPE.test(type) ? type : 'application/octet-stream';
}
