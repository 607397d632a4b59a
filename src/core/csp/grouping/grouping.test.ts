import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CspViolation, isViolation, parseReports } from '#core/csp/report/report.ts';
import { blockedOf, documentRoute, groupIdOf, groupText, normalizePolicy, normalizeSample } from './grouping.ts';

const violationOf = (fields: object): CspViolation => {
  const [report] = parseReports(
    Buffer.from(JSON.stringify({ 'effective-directive': 'script-src', ...fields })),
  ).reports;
  if (!report || !isViolation(report)) throw new Error('no violation');
  return report;
};

describe('what was blocked', () => {
  test.each([
    ['inline', 'script-src', 'inline', null],
    ['', 'script-src', 'inline', null],
    ['self', 'style-src', 'inline', null],
    ['eval', 'script-src', 'eval', null],
    ['wasm-eval', 'script-src', 'wasm-eval', null],
    ['trusted-types-sink', 'require-trusted-types-for', 'trusted-types', null],
    ['trusted-types-policy', 'trusted-types', 'trusted-types', null],
    ['', 'trusted-types', 'trusted-types', null],
    ['data', 'img-src', 'scheme', null],
    ['data:text/plain,x', 'img-src', 'scheme', null],
    ['custom-scheme', 'img-src', 'scheme', null],
    ['chrome-extension://abc/x.js', 'script-src', 'scheme', null],
    ['', 'frame-src', null, null],
    ['', 'img-src', null, null],
    ['', 'default-src', null, null],
    ['null', 'img-src', null, null],
    ['null', 'script-src-elem', null, null],
    ['NULL', 'form-action', null, null],
    ['https://CDN.example.com/x.js', 'script-src', 'host', 'cdn.example.com'],
    ['https://cdn.example.com:443/x.js', 'script-src', 'host', 'cdn.example.com'],
    ['https://cdn.example.com:8443', 'script-src', 'host', 'cdn.example.com:8443'],
    ['wss://a.example/ws', 'connect-src', 'host', 'a.example'],
    ['https://user:pass@a.example/', 'img-src', 'host', 'a.example'],
    ['https://[2001:db8::1]:8443/', 'img-src', 'host', '[2001:db8::1]:8443'],
    ['evil.example', 'img-src', 'host', 'evil.example'],
    ['localhost:3000', 'img-src', 'host', 'localhost:3000'],
    ['self', 'img-src', 'host', 'shop.example'],
    ['constructor', 'img-src', 'scheme', null],
  ])('%j under %s is %s of %s', (blocked, directive, kind, host) => {
    const violation = violationOf({ 'effective-directive': directive, 'blocked-uri': blocked });
    expect(blockedOf({ ...violation, document: 'https://shop.example/cart' })).toMatchObject({ kind, host });
  });
});

describe('a group', () => {
  const group = (fields: object) => {
    const violation = violationOf(fields);
    return groupIdOf(groupText(violation, blockedOf(violation)));
  };
  const host = { 'blocked-uri': 'https://cdn.example.com/a.js' };
  const inline = { 'blocked-uri': 'inline', 'script-sample': 'window.inlineRan=1; console.log("inline ' };

  test('is of one host, whatever the path, page and line', () => {
    const other = { 'blocked-uri': 'https://cdn.example.com/b.js?v=2', 'document-uri': 'https://x/', 'line-number': 9 };
    expect(group(other)).toBe(group(host));
  });

  test.each([
    ['another host', { 'blocked-uri': 'https://other.example/a.js' }],
    ['another directive', { ...host, 'effective-directive': 'img-src' }],
    ['another kind', inline],
  ])('is not of %s', (_, fields) => {
    expect(group(fields)).not.toBe(group(host));
  });

  test('is one for what was blocked and what was only reported', () => {
    const dispositions = ['enforce', 'report', null].map((disposition) => group({ ...host, disposition }));
    expect(new Set(dispositions).size).toBe(1);
  });

  test('of inline code is one for all browsers, which cut samples differently', () => {
    const firefox = { ...inline, 'script-sample': 'window.inlineRan=1; console.log("inline …', 'line-number': 8 };
    expect(group(firefox)).toBe(group(inline));
    const made = (sample: string) => group({ 'blocked-uri': 'eval', 'script-sample': sample });
    expect(made('(function anonymous(\n) {\nreturn 1\n})')).toBe(made('function anonymous(\n) {\nreturn 1\n}'));
  });

  test('of inline code without a sample is of its line of source', () => {
    const at = (line: number, id: number) =>
      group({ 'blocked-uri': 'inline', 'source-file': `https://a.example/users/${id}`, 'line-number': line });
    expect(at(3, 7)).toBe(at(3, 8));
    expect(at(3, 7)).not.toBe(at(4, 7));
  });
});

test.each([
  ['https://a.example/users/7/edit', 'https://a.example/users/{id}/edit'],
  ['https://a.example/o/6f1d2f1e-8c3f-4a51-9d5c-0b1a2c3d4e5f', 'https://a.example/o/{id}'],
  ['https://a.example/c/deadbeef12?x=1#y', 'https://a.example/c/{id}'],
  ['https://a.example/r/[redacted]/x', 'https://a.example/r/{id}/x'],
  ['https://a.example/about-us', 'https://a.example/about-us'],
  ['https://a.example', 'https://a.example'],
  ['about:blank', 'about:blank'],
])('the page %s has the route %s', (document, route) => {
  expect(documentRoute(document)).toBe(route);
});

test('a policy without nonces and report directives is the same for every page', () => {
  const policy = (nonce: string, report: string) =>
    ` Default-Src 'self';;script-src  'nonce-${nonce}'\t https://A.example ; ${report}; `;
  expect(normalizePolicy(policy('abc', 'report-uri https://x/?key=1 /y'))).toBe(
    "default-src 'self'; script-src 'nonce-[redacted]' https://A.example",
  );
  expect(normalizePolicy(policy('abc', 'report-uri /x'))).toBe(normalizePolicy(policy('xyz', 'Report-To csp')));
});

test('grouping takes any texts', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (blocked, directive, document, sample) => {
      const violation = { ...violationOf({}), blocked, directive, document, sample };
      expect(groupIdOf(groupText(violation, blockedOf(violation)))).toMatch(/^[0-9a-f]{16}$/);
      expect(normalizeSample(normalizeSample(sample)).length).toBeLessThanOrEqual(38);
    }),
  );
});
