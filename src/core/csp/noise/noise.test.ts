import { describe, expect, test } from 'vitest';
import { blockedOf } from '#core/csp/grouping/grouping.ts';
import { browserOf } from '#core/http/user-agent-browser.ts';
import { createNoiseMatcher } from './noise.ts';
import { NOISE_RULES } from './noise-rules.ts';

const matcher = createNoiseMatcher();
const PAGE = { blocked: 'https://cdn.example.com/', directive: 'script-src', document: 'https://shop.example/' };

function noise(
  fields: Partial<Record<'blocked' | 'sourceFile' | 'document' | 'sample' | 'policy', string>>,
  browser = 'Chrome 156',
) {
  const violation = { ...PAGE, sourceFile: '', sample: '', policy: '', ...fields };
  return matcher({ ...violation, blockedUrl: violation.blocked, blocked: blockedOf(violation), browser });
}

test('what the site did itself is no noise', () => {
  expect(noise({})).toBeNull();
  expect(noise({ blocked: 'inline', sample: 'console.log(1)', sourceFile: 'https://shop.example/a.js' })).toBeNull();
  expect(noise({ blocked: 'data' })).toBeNull();
});

describe.each(NOISE_RULES)('the rule $id', (rule) => {
  test('has a name, a reason and a source', () => {
    expect(rule.name).not.toBe('');
    expect(rule.reason).toMatch(/\.$/);
    expect(rule.source).not.toBe('');
  });

  test.each(rule.schemes ?? [])('labels %s, bare and with ://, as what was blocked and as the source', (scheme) => {
    for (const url of [scheme, `${scheme}://x/y.js`]) {
      expect(noise({ blocked: url })).toBe(rule.id);
      expect(noise({ blocked: 'inline', sourceFile: url })).toBe(rule.id);
    }
  });

  test.each(rule.hosts ?? [])('labels %s and what is below it, but not what only ends alike', (host) => {
    expect(noise({ blocked: `https://${host}/x.js` })).toBe(rule.id);
    expect(noise({ blocked: `wss://a.b.${host}:8443` })).toBe(rule.id);
    expect(noise({ blocked: 'eval', sourceFile: `https://${host}/x.js` })).toBe(rule.id);
    expect(noise({ blocked: `https://not-${host}/` })).not.toBe(rule.id);
    expect(noise({ blocked: `https://${host}.example/` })).not.toBe(rule.id);
  });

  test.each(rule.samples ?? [])('labels code with %s', (piece) => {
    expect(noise({ blocked: 'inline', sample: `(function(){ ${piece} })` })).not.toBeNull();
  });
});

test('a host that a site may mean to be there says so', () => {
  const hinted = NOISE_RULES.filter(({ legitimate }) => legitimate).map(({ id }) => id);
  expect(hinted).toEqual(expect.arrayContaining(['company-proxy', 'page-translation']));
});

test.each([
  [{ blocked: 'inline', policy: "script-src 'nonce-x'" }, 'Safari 9', 'old-browser-nonce'],
  [{ blocked: 'inline', policy: "script-src 'nonce-x'" }, 'Safari 17', null],
  [{ blocked: 'inline', policy: "script-src 'self'" }, 'Safari 9', null],
  [{ policy: "script-src 'nonce-x' 'strict-dynamic'" }, 'Firefox 51', 'old-browser-strict-dynamic'],
  [{ policy: "script-src 'nonce-x' 'strict-dynamic'" }, 'Firefox 153', null],
  [{ policy: "script-src 'nonce-x' 'strict-dynamic'" }, 'Other', null],
])('%j in %s is %s', (fields, browser, expected) => {
  expect(noise(fields, browser)).toBe(expected);
});

test('rules of an administrator work as ours do', () => {
  const own = createNoiseMatcher([{ id: 'ours', hosts: ['cdn.example.com'] }]);
  const violation = { ...PAGE, sourceFile: '', sample: '', policy: '' };
  expect(own({ ...violation, blockedUrl: violation.blocked, blocked: blockedOf(violation), browser: 'Other' })).toBe(
    'ours',
  );
});

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'Firefox 153'],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'Chrome 140'],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.1', 'Edge 140'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.2 Safari/605.1.15', 'Safari 18'],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/60.5 Safari/605.1.15',
    'WebKitGTK 60',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 CriOS/126.0 Mobile Safari/604.1',
    'Chrome iOS 126',
  ],
  ['curl/8.0', 'Other'],
  ['', 'Other'],
])('%s is %s', (userAgent, browser) => {
  expect(browserOf(userAgent)).toBe(browser);
});
