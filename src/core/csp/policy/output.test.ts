import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { policyHeaders, withReports, writePolicy } from './output.ts';

const POLICY = "default-src  'self';img-src *";
const TIDY = "default-src 'self'; img-src *";
const ENDPOINT = 'https://desk.example/api/csp-report';

describe('a policy is written as', () => {
  test('a header, enforcing or not', () => {
    expect(writePolicy('header', POLICY, 'enforce')).toBe(`Content-Security-Policy: ${TIDY}`);
    expect(writePolicy('header', POLICY, 'report')).toBe(`Content-Security-Policy-Report-Only: ${TIDY}`);
  });

  test('a line of nginx, with its quotes kept', () => {
    expect(writePolicy('nginx', POLICY, 'enforce')).toBe(`add_header Content-Security-Policy "${TIDY}" always;`);
    expect(writePolicy('nginx', 'made-up "a\\b" $nonce', 'enforce')).toBe(
      'add_header Content-Security-Policy "made-up \\"a\\\\b\\" $nonce" always;',
    );
  });

  test('a line of Apache, with its quotes and percent signs kept', () => {
    expect(writePolicy('apache', 'img-src a.example/%20 "x"', 'report')).toBe(
      'Header always set Content-Security-Policy-Report-Only "img-src a.example/%%20 \\"x\\""',
    );
  });

  test('lines of a Caddyfile, with their quotes kept', () => {
    expect(writePolicy('caddy', `made-up "x"; ${POLICY}`, 'report', ENDPOINT)).toBe(
      [
        'header {',
        `\tContent-Security-Policy-Report-Only "made-up \\"x\\"; ${TIDY}; report-uri ${ENDPOINT}?d=report; report-to csp"`,
        `\tReporting-Endpoints "csp=\\"${ENDPOINT}?d=report\\""`,
        '}',
      ].join('\n'),
    );
  });

  test('a middleware of Express that is JavaScript', () => {
    const sent: [string, string][] = [];
    const use = (middleware: (request: unknown, response: unknown, next: () => void) => void) =>
      middleware({}, { setHeader: (name: string, value: string) => sent.push([name, value]) }, () => {});
    runInNewContext(writePolicy('express', `made-up "x"; ${POLICY}`, 'enforce', ENDPOINT), { app: { use } });
    expect(sent).toEqual(
      policyHeaders(`made-up "x"; ${POLICY}`, 'enforce', ENDPOINT).map(({ name, value }) => [name, value]),
    );
  });

  test('headers of next.config that are JavaScript', async () => {
    const written = writePolicy('next', `made-up "x"; ${POLICY}`, 'enforce', ENDPOINT);
    const { headers } = runInNewContext(`({ ${written} })`);
    expect(await headers()).toEqual([
      {
        source: '/:path*',
        headers: policyHeaders(`made-up "x"; ${POLICY}`, 'enforce', ENDPOINT).map(({ name, value }) => ({
          key: name,
          value,
        })),
      },
    ]);
  });

  test('<meta> elements, without what they cannot say', () => {
    const text =
      "script-src 'self' a.example/?x&y; frame-ancestors 'none'; sandbox; report-uri /r; report-to csp, img-src \"<";
    expect(writePolicy('meta', text, 'report', ENDPOINT)).toBe(
      [
        `<meta http-equiv="Content-Security-Policy" content="script-src 'self' a.example/?x&amp;y">`,
        '<meta http-equiv="Content-Security-Policy" content="img-src &quot;&lt;">',
      ].join('\n'),
    );
  });
});

describe('reports are asked for', () => {
  test('by both ways where there is TLS, in place of what was there', () => {
    expect(withReports(`${POLICY}; report-uri /old /older`, ENDPOINT, 'report')).toBe(
      `${TIDY}; report-uri ${ENDPOINT}?d=report; report-to csp`,
    );
    expect(policyHeaders(POLICY, 'enforce', ENDPOINT)[1]).toEqual({
      name: 'Reporting-Endpoints',
      value: `csp="${ENDPOINT}?d=enforce"`,
    });
  });

  test('by report-uri alone where there is none, for Chromium sends nothing by report-to there', () => {
    const endpoint = 'http://localhost:3000/api/csp-report';
    expect(withReports(`${POLICY}; report-to old`, endpoint, 'enforce')).toBe(
      `${TIDY}; report-uri ${endpoint}?d=enforce`,
    );
    expect(policyHeaders(POLICY, 'enforce', endpoint)).toHaveLength(1);
  });

  test('in every policy of the header', () => {
    expect(withReports("img-src 'self', font-src 'self'", 'http://a.example/r', 'report')).toBe(
      "img-src 'self'; report-uri http://a.example/r?d=report, font-src 'self'; report-uri http://a.example/r?d=report",
    );
  });
});
