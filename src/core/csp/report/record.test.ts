import fc from 'fast-check';
import { expect, test } from 'vitest';
import { violationText } from './line-text.ts';
import { createRecordMaker, groupTitle } from './record.ts';
import { isViolation, parseReports } from './report.ts';

function lineOf(fields: object, told: 'enforce' | 'report' | null = null) {
  const body = { 'csp-report': { 'effective-directive': 'script-src-elem', ...fields } };
  const [report] = parseReports(Buffer.from(JSON.stringify(body))).reports;
  if (!report || !isViolation(report)) throw new Error('no violation');
  return createRecordMaker().violation(report, { userAgent: '', disposition: told });
}

const host = { 'blocked-uri': 'https://cdn.example.com/a.js' };

test.each([
  [{ ...host, disposition: 'enforce' }, null, 'Blocked script-src-elem from cdn.example.com'],
  [{ ...host, disposition: 'report' }, null, 'Would block script-src-elem from cdn.example.com'],
  [host, null, 'Violated script-src-elem from cdn.example.com'],
  [{ ...host, disposition: null }, null, 'Violated script-src-elem from cdn.example.com'],
  [{ ...host, disposition: 'enforced?' }, null, 'Violated script-src-elem from cdn.example.com'],
  [host, 'report', 'Would block script-src-elem from cdn.example.com'],
  [host, 'enforce', 'Blocked script-src-elem from cdn.example.com'],
] as const)('a line calls only what was blocked “Blocked”: %j with ?d=%s is %j', (fields, told, msg) => {
  expect(lineOf(fields, told).msg).toBe(msg);
});

test.each([[{ 'blocked-uri': null }], [{ 'blocked-uri': '' }], [{}], [{ 'blocked-uri': 'null' }]])(
  'a blocked-uri that says nothing is no scheme: %j',
  (fields) => {
    const { msg, csp } = lineOf({ 'effective-directive': 'img-src', ...fields });
    expect(csp).toMatchObject({ blocked_kind: null, blocked_host: null });
    expect(msg).toBe('Violated img-src');
  },
);

test('an empty blocked-uri is inline code where a directive takes any', () => {
  for (const directive of ['script-src', 'script-src-elem', 'style-src', 'style-src-attr'])
    expect(lineOf({ 'effective-directive': directive, 'blocked-uri': '' }).csp.blocked_kind).toBe('inline');
});

test.each([
  ['Blocked img-src from a.example', ['enforce'], 'Blocked img-src from a.example'],
  ['9 more in this minute: Blocked img-src from a.example', ['report'], 'Would block img-src from a.example'],
  ['Would block img-src', ['report', 'enforce'], 'Violated img-src'],
  ['Blocked img-src', [null], 'Violated img-src'],
  ['Blocked img-src', ['enforce', null], 'Violated img-src'],
  ['Blocked img-src', [], 'Blocked img-src'],
] as const)('the title of a group is true of all its reports: %j with %j is %j', (message, dispositions, title) => {
  expect(groupTitle(message, dispositions)).toBe(title);
});

test.each([
  [{ 'blocked-uri': 'https://cdn.example.com/a.js' }, '0f40ff0cd1778066'],
  [
    { 'effective-directive': 'script-src', 'blocked-uri': 'inline', 'script-sample': 'window.user = 17' },
    '2a1aaf1d8b4289b7',
  ],
  [{ 'effective-directive': 'img-src', 'blocked-uri': 'data' }, 'bf6bb986f02344dd'],
  [
    {
      'effective-directive': 'script-src',
      'blocked-uri': 'inline',
      'source-file': 'https://shop.example/orders/7',
      'line-number': 12,
    },
    'f01f5e5410974a89',
  ],
])('a group keeps the id under which it may have been muted: %j is %s', (fields, id) => {
  expect(lineOf(fields).csp.group).toBe(id);
});

test('a line written by hand is the JSON of its record, whatever its texts hold', () => {
  const text = fc.string({ unit: 'binary' });
  const fields = fc.record({
    'effective-directive': text,
    'blocked-uri': text,
    'document-uri': text,
    'script-sample': fc.oneof(text, fc.constantFrom('say "ÄÖ"\\n\u2028', '\ud800', '\u0000', '\\', '"')),
    'source-file': text,
    'line-number': fc.nat(),
    'original-policy': text,
    disposition: fc.constantFrom('enforce', 'report', ''),
  });
  fc.assert(
    fc.property(fields, (made) => {
      const body = { 'csp-report': { ...made, 'effective-directive': `x${made['effective-directive']}` } };
      const [report] = parseReports(Buffer.from(JSON.stringify(body))).reports;
      if (!report || !isViolation(report)) return;
      const { csp, msg } = createRecordMaker().violation(report, { userAgent: made['source-file'], disposition: null });
      expect(`{${violationText(csp, msg)}}`).toBe(JSON.stringify({ csp, msg }));
    }),
  );
});
