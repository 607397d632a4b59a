import { expect, test } from 'vitest';
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
