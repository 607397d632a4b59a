import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyPolicy } from '#testing/csp/policy-samples.ts';
import { POLICY_FORMS, type PolicyForm, writePolicy } from './output.ts';
import { readPastedPolicy } from './paste.ts';

const POLICY = "default-src 'self'; img-src *";

test.each([
  [POLICY, 'header', null],
  [`  ${POLICY.replace('; ', ';\n   ')}  `, 'header', null],
  [`Content-Security-Policy: ${POLICY}`, 'header', 'enforce'],
  [`content-security-policy-report-only:\n  ${POLICY}`, 'header', 'report'],
  [`HTTP/1.1 200 OK\r\nContent-Security-Policy: ${POLICY}\r\nX-Frame-Options: DENY`, 'header', 'enforce'],
  [`add_header Content-Security-Policy "${POLICY}" always;`, 'header', 'enforce'],
  [`Header always set Content-Security-Policy-Report-Only "${POLICY}"`, 'header', 'report'],
  [`{ key: 'Content-Security-Policy', value: "${POLICY}" },`, 'header', 'enforce'],
  [`res.setHeader("Content-Security-Policy", \`${POLICY}\`);`, 'header', 'enforce'],
  [`"Content-Security-Policy": "default-src 'self'; img-src *"`.replace('": "', '", "'), 'header', 'enforce'],
  [`<meta http-equiv="Content-Security-Policy" content="${POLICY}">`, 'meta', 'enforce'],
  [`<meta content="default-src &#39;self&#39;; img-src *" http-equiv="content-security-policy" />`, 'meta', 'enforce'],
])('%j is read', (text, delivery, mode) => {
  expect(readPastedPolicy(text)).toEqual({ policy: POLICY, delivery, mode });
});

test('a policy that is not whole yet is taken as it is', () => {
  expect(readPastedPolicy('default-src').policy).toBe('default-src');
  expect(readPastedPolicy('').policy).toBe('');
});

test('what was copied here can be pasted here', () => {
  fc.assert(
    fc.property(
      anyPolicy.filter((policy) => /^[a-z-]+ [^,]+$/.test(policy)),
      fc.constantFrom(...(Object.keys(POLICY_FORMS) as PolicyForm[])),
      (policy, form) => {
        const written = writePolicy('header', policy, 'report').replace(/^[^:]+: /, '');
        expect(readPastedPolicy(writePolicy(form, policy, 'report')).policy).toBe(written);
      },
    ),
    { numRuns: 500 },
  );
});

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      expect(readPastedPolicy(`${before}Content-Security-Policy${after}`).policy).not.toMatch(/^\s|\s$/);
    }),
  );
});
