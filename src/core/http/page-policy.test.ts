import { expect, test } from 'vitest';
import { type PagePolicy, pagePolicy, reportingEndpoints } from './page-policy.ts';

const directivesOf = (given: Partial<PagePolicy> = {}): Map<string, string[]> =>
  new Map(
    pagePolicy({ mode: 'report', nonce: 'bm9uY2U=', page: 'console', isHttps: true, isDevelopment: false, ...given })
      .split('; ')
      .map((directive) => directive.split(' '))
      .map(([name = '', ...values]) => [name, values]),
  );

test('scripts run by nonce alone, and nothing comes from another origin', () => {
  const directives = directivesOf();
  expect(directives.get('default-src')).toEqual(["'none'"]);
  expect(directives.get('script-src')).toEqual(["'self'", "'nonce-bm9uY2U='", "'strict-dynamic'", "'report-sample'"]);
  expect(directives.get('style-src')).toEqual(["'self'", "'nonce-bm9uY2U='", "'report-sample'"]);
  for (const name of ['object-src', 'base-uri', 'frame-ancestors'])
    expect(directives.get(name), name).toEqual(["'none'"]);
  for (const [name, values] of directives)
    if (!name.startsWith('report-')) expect(values.join(' '), name).not.toMatch(/[*:]|unsafe-(?!inline)/);
  expect([...directives].filter(([, values]) => values.includes("'unsafe-inline'")).map(([name]) => name)).toEqual([
    'style-src-attr',
  ]);
});

test.each(['report', 'enforce'] as const)(
  'what %s finds is reported under that name, by both ways of reporting',
  (mode) => {
    const directives = directivesOf({ mode });
    const [endpoint = ''] = directives.get('report-to') ?? [];
    expect(directives.get('report-uri')).toEqual([`/api/csp-report?d=${mode}`]);
    expect(reportingEndpoints(mode)).toBe(`${endpoint}="/api/csp-report?d=${mode}"`);
  },
);

test('a page by plain http asks only for the reports that arrive from there', () => {
  expect(directivesOf({ isHttps: false }).has('report-to')).toBe(false);
  expect(directivesOf({ isHttps: false }).has('report-uri')).toBe(true);
});

test('strings become HTML or scripts only past a policy, but on the page of the API and while developing', () => {
  expect(directivesOf().get('require-trusted-types-for')).toEqual(["'script'"]);
  expect(directivesOf().get('trusted-types')).toEqual(['nextjs', 'default']);
  expect(directivesOf({ page: 'api-docs' }).has('trusted-types')).toBe(false);
  expect(directivesOf({ isDevelopment: true }).has('require-trusted-types-for')).toBe(false);
});

test('evaluating code and sockets are for developing alone', () => {
  expect(directivesOf({ isDevelopment: true }).get('script-src')).toContain("'unsafe-eval'");
  expect(directivesOf({ isDevelopment: true }).get('connect-src')).toContain('ws:');
});
