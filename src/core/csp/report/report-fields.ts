export type ReportField =
  | 'document'
  | 'referrer'
  | 'blocked'
  | 'effectiveDirective'
  | 'violatedDirective'
  | 'policy'
  | 'disposition'
  | 'statusCode'
  | 'sample'
  | 'sourceFile'
  | 'line'
  | 'column';

/** The words of each field's name: CSP 1 to 3 (`document-uri`, `script-sample`) and the Reporting API (`documentURL`). */
const NAMES: Record<ReportField, readonly string[]> = {
  document: ['document uri', 'document url'],
  referrer: ['referrer'],
  blocked: ['blocked uri', 'blocked url'],
  effectiveDirective: ['effective directive'],
  violatedDirective: ['violated directive'],
  policy: ['original policy'],
  disposition: ['disposition'],
  statusCode: ['status code'],
  sample: ['script sample', 'sample'],
  sourceFile: ['source file'],
  line: ['line number'],
  column: ['column number'],
};

const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** Kebab, snake and camel, the last also with `URL` and `URI` in capitals. */
function spellings(name: string): string[] {
  const [first = '', ...rest] = name.split(' ');
  const camel = (write: (word: string) => string) => first + rest.map(write).join('');
  return [
    name.replaceAll(' ', '-'),
    name.replaceAll(' ', '_'),
    camel(capitalized),
    camel((word) => (word === 'url' || word === 'uri' ? word.toUpperCase() : capitalized(word))),
  ];
}

/** Of what there is for each field, what there is for the one that a key of a violation names, in any spelling. */
export function byName<Of>(fields: Record<ReportField, Of>): (key: string) => Of | undefined {
  const named = new Map<string, Of>();
  for (const [field, names] of Object.entries(NAMES) as [ReportField, readonly string[]][])
    for (const spelling of names.flatMap(spellings)) named.set(spelling, fields[field]);
  return (key) => named.get(key);
}
