import fc from 'fast-check';
import type { ReportedViolation } from '#core/csp/policy/verdict.ts';

/** A violation on a page of https://shop.example, as its report tells it. */
export function violationOf(
  fields: Partial<ReportedViolation> & Pick<ReportedViolation, 'directive' | 'blocked_kind'>,
): ReportedViolation {
  const host = fields.blocked_kind === 'host' && fields.blocked ? /\/\/([^/]*)/.exec(fields.blocked)?.[1] : undefined;
  return { blocked: null, document: 'https://shop.example/cart', ...fields, blocked_host: host ?? null };
}

const FETCHED = [
  'script-src-elem',
  'style-src-elem',
  'img-src',
  'font-src',
  'connect-src',
  'media-src',
  'frame-src',
  'worker-src',
  'object-src',
  'manifest-src',
];
const URLS = [
  'https://cdn.example.com/a.js',
  'https://cdn.example.com/lib/b.js',
  'https://sub.cdn.example.com/a.js',
  'https://cdn.example.com:8443/a.js',
  'http://cdn.example.com/a.js',
  'wss://cdn.example.com/live',
  'https://shop.example/app.js',
  'https://192.0.2.1/x.js',
  'https://cdn.example.com',
];
const SOURCES = [
  "'self'",
  "'none'",
  '*',
  'https:',
  'data:',
  'blob:',
  'cdn.example.com',
  'https://cdn.example.com/a.js',
  'https://cdn.example.com/lib/',
  '*.example.com',
  'http://cdn.example.com:*',
  'wss://cdn.example.com',
  '192.0.2.1',
  "'unsafe-inline'",
  "'unsafe-eval'",
  "'unsafe-hashes'",
  "'strict-dynamic'",
  "'nonce-abc'",
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "'report-sample'",
  "'made-up'",
  'not a: source',
];

const fetched = fc
  .tuple(fc.constantFrom(...FETCHED), fc.constantFrom(...URLS))
  .map(([directive, blocked]) => violationOf({ directive, blocked_kind: 'host', blocked }));
const ofScheme = fc
  .tuple(fc.constantFrom(...FETCHED), fc.constantFrom('data', 'blob', 'custom-scheme'))
  .map(([directive, blocked]) => violationOf({ directive, blocked_kind: 'scheme', blocked }));
const inline = fc
  .constantFrom('script-src-elem', 'script-src-attr', 'style-src-elem', 'style-src-attr')
  .map((directive) => violationOf({ directive, blocked_kind: 'inline', blocked: 'inline' }));
const evaluated = fc
  .constantFrom('eval' as const, 'wasm-eval' as const)
  .map((kind) => violationOf({ directive: 'script-src', blocked_kind: kind, blocked: kind }));

/** Violations of every kind that a source list can allow. */
export const anyViolation: fc.Arbitrary<ReportedViolation> = fc.oneof(
  { arbitrary: fetched, weight: 5 },
  ofScheme,
  inline,
  evaluated,
);

const directive = fc
  .tuple(
    fc.constantFrom('default-src', 'script-src', 'style-src', 'child-src', 'base-uri', 'made-up', ...FETCHED),
    fc.array(fc.constantFrom(...SOURCES), { maxLength: 4 }),
  )
  .map(([name, sources]) => [name, ...sources].join(' '));

/** Headers' values that make sense to a browser, more or less: one policy or two. */
export const anyPolicy: fc.Arbitrary<string> = fc
  .array(
    fc.array(directive, { maxLength: 5 }).map((directives) => directives.join('; ')),
    { minLength: 1, maxLength: 2 },
  )
  .map((policies) => policies.join(', '));
