import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directiveMeaning, knownDirectives } from '#core/csp/report/directives.ts';
import { type ExplainedViolation, explainViolation } from './explanation.ts';

const KINDS = ['inline', 'eval', 'wasm-eval', 'trusted-types', 'scheme', 'host'] as const;
const DISPOSITIONS = ['enforce', 'report', null] as const;

const violation = (given: Partial<ExplainedViolation>): ExplainedViolation => ({
  dispositions: ['enforce'],
  directive: 'script-src-elem',
  blocked: null,
  blocked_kind: 'inline',
  blocked_host: null,
  ...given,
});
const ofHost = (directive: string, blocked_host = 'cdn.example.com') =>
  violation({ directive, blocked_kind: 'host', blocked_host });
const ofScheme = (directive: string, blocked: string | null) =>
  violation({ directive, blocked_kind: 'scheme', blocked });

describe('what happened is explained in a sentence', () => {
  test.each([
    [ofHost('script-src-elem'), 'The browser blocked a script from cdn.example.com, because of script-src-elem.'],
    [ofHost('style-src-elem'), 'The browser blocked a stylesheet from cdn.example.com, because of style-src-elem.'],
    [ofHost('img-src'), 'The browser blocked an image from cdn.example.com, because of img-src.'],
    [ofHost('connect-src', 'api.example'), 'The browser blocked a connection to api.example, because of connect-src.'],
    [ofHost('form-action'), 'The browser blocked a form submission to cdn.example.com, because of form-action.'],
    [ofHost('base-uri'), 'The browser blocked a <base> element that points to cdn.example.com, because of base-uri.'],
    [ofHost('frame-ancestors', 'a.example'), 'The browser blocked the page in a frame of a.example, because of'],
    [ofHost('frame-src'), 'The browser blocked a framed page from cdn.example.com, because of frame-src.'],
    [ofHost('no-such-src'), 'The browser blocked something from cdn.example.com, because of no-such-src.'],
    [ofHost(''), 'The browser blocked something from cdn.example.com, because of a directive that the browser didn’t'],
    [ofScheme('img-src', 'data'), 'The browser blocked an image from a data: URL, which contains the content itself,'],
    [
      ofScheme('worker-src', 'blob'),
      'The browser blocked a worker from a blob: URL, which a script on the page created,',
    ],
    [ofScheme('img-src', 'weixin://x'), 'The browser blocked an image from the scheme weixin:, because of img-src.'],
    [
      ofScheme('frame-src', null),
      'The browser blocked a framed page from a URL that the report doesn’t include, because',
    ],
    [
      ofScheme('script-src-elem', 'moz-extension://[redacted]/inject.js'),
      'The browser blocked a script from an extension of the visitor’s browser, because of script-src-elem.',
    ],
    [violation({}), 'The browser blocked an inline script: a <script> without src, or a'],
    [violation({ directive: 'script-src-attr' }), 'The browser blocked an inline event handler, such as'],
    [violation({ directive: 'style-src-attr' }), 'The browser blocked the style attribute of an element, because of'],
    [violation({ directive: 'default-src' }), 'The browser blocked inline code, because of'],
    [
      violation({ blocked_kind: 'eval' }),
      'The browser blocked code that a script created from a string, with eval, new Function',
    ],
    [violation({ blocked_kind: 'wasm-eval' }), 'The browser blocked WebAssembly that a script compiles, because of'],
    [
      violation({ blocked_kind: 'trusted-types', directive: 'require-trusted-types-for' }),
      'The browser blocked a plain string passed to a sink that turns text into markup or code, such as innerHTML, because',
    ],
    [
      violation({ blocked_kind: 'trusted-types', directive: 'trusted-types' }),
      'The browser blocked the creation of a Trusted Types policy that trusted-types doesn’t list, because',
    ],
  ])('%o', (given, sentence) => {
    expect(explainViolation(given).happened).toContain(sentence);
  });
});

describe('what it means for visitors follows from the disposition', () => {
  const happened = (...dispositions: ExplainedViolation['dispositions']) =>
    explainViolation({ ...ofHost('form-action'), dispositions }).happened;

  test('enforced, it is gone', () => {
    expect(happened('enforce')).toMatch(/^The browser blocked .* The form isn’t submitted\.$/);
  });

  test('reported, nothing is, until the policy is enforced', () => {
    expect(happened('report')).toMatch(
      /^The browser would have blocked .* Nothing was blocked, .* Once it is enforced: the form isn’t submitted\.$/,
    );
  });

  test('enforced and reported, both are said', () => {
    expect(happened('report', 'enforce')).toMatch(
      /^The browser blocked .* A report-only policy doesn’t allow it either\. The form isn’t submitted\.$/,
    );
  });

  test('unknown, nothing is claimed', () => {
    expect(happened(null)).toMatch(/^The browser found .* doesn’t say whether it was blocked or only reported\.$/);
  });
});

describe('what to do next', () => {
  const next = (given: ExplainedViolation) => explainViolation(given).next;

  test.each([...KINDS])('never advises unsafe-inline or unsafe-eval for scripts (%s)', (blocked_kind) => {
    for (const directive of ['script-src', 'script-src-elem', 'script-src-attr', 'default-src']) {
      const advice = next(violation({ directive, blocked_kind, blocked: 'data', blocked_host: 'a.example' }));
      expect(advice).not.toMatch(/(?<!Don’t )(add|allow) 'unsafe-(inline|eval)'/i);
    }
  });

  test('names the directive that the host belongs to, where allowing it is the way', () => {
    expect(next(ofHost('connect-src'))).toContain('add the host to connect-src');
  });

  test.each(['base-uri', 'frame-ancestors', 'object-src'])(
    'of %s is to ask before anything is allowed',
    (directive) => {
      expect(next(ofHost(directive))).toMatch(/only if/);
    },
  );

  test('of a scheme that scripts would run from is not to allow it', () => {
    expect(next(ofScheme('script-src-elem', 'data'))).toContain('Don’t allow data: here');
    expect(next(ofScheme('img-src', 'data'))).toContain('add data: only to img-src');
  });

  test('of an extension is nothing', () => {
    expect(next(ofScheme('script-src', 'chrome-extension'))).toMatch(/^Nothing\./);
  });
});

test('every directive, known or not, is explained for every kind and disposition', () => {
  for (const directive of [...knownDirectives, 'x-unknown', '', 'constructor', '__proto__']) {
    expect(directiveMeaning(directive).governs).toMatch(/^[A-Z]/);
    for (const blocked_kind of [...KINDS, null]) {
      for (const disposition of DISPOSITIONS) {
        for (const blocked of [null, '', 'data', 'constructor', '__proto__:x', 'https://a.example/x']) {
          const given = { directive, blocked_kind, dispositions: [disposition], blocked, blocked_host: null };
          for (const text of Object.values(explainViolation(given))) {
            expect(text, JSON.stringify(given)).toMatch(/^[A-Z].*\.$/s);
            expect(text, JSON.stringify(given)).not.toMatch(/undefined|null|\[object| {2}/);
          }
        }
      }
    }
  }
});

test('a page that browsers report as blocked in a frame is not explained as who framed it', () => {
  const framed = ofHost('frame-ancestors', 'shop.example');
  const blocked = 'https://shop.example/';
  expect(explainViolation({ ...framed, blocked, document: blocked }).happened).toContain(
    'The browser blocked the page in a frame of another site, which browsers don’t include in reports, because of',
  );
});

test('CSP Level 3 is covered', () => {
  // The directives of CSP Level 3, §6.1 to §6.4
  const level3 =
    'child-src connect-src default-src fenced-frame-src font-src frame-src img-src manifest-src media-src object-src script-src script-src-elem script-src-attr style-src style-src-elem style-src-attr webrtc worker-src base-uri sandbox form-action frame-ancestors';
  expect(knownDirectives).toEqual(expect.arrayContaining(level3.split(' ')));
});

test('any texts are explained', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.option(fc.string()),
      fc.option(fc.string()),
      fc.constantFrom(...KINDS),
      (directive, blocked, blocked_host, blocked_kind) => {
        const { happened, behind, next } = explainViolation({
          dispositions: ['report'],
          directive,
          blocked,
          blocked_host,
          blocked_kind,
        });
        expect([happened, behind, next].every((text) => text.length > 20)).toBe(true);
      },
    ),
  );
});
