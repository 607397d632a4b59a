import { randomBytes } from 'node:crypto';
import { type APIRequestContext, expect } from '@playwright/test';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0';

/** What a page of the site had as its policy. */
export const POLICY =
  "default-src 'self'; script-src 'self' https://cdn.example.com; img-src 'self' data:; object-src 'none'; base-uri 'self'";

export type Violation = {
  directive?: string;
  blocked?: string;
  page?: string;
  disposition?: 'enforce' | 'report';
  sample?: string;
  source?: string;
  line?: number;
  userAgent?: string;
  ageMs?: number;
};

/** A host that nobody else's reports name. */
export const uniqueHost = (word: string): string => `${word}-${randomBytes(4).toString('hex')}.example.net`;

/** Sends violations as a browser sends them by the Reporting API. */
export async function reportViolations(request: APIRequestContext, violations: Violation[]): Promise<void> {
  const data = violations.map(
    ({ ageMs = 0, userAgent = CHROME, page = 'https://app.example.com/orders/7', ...given }) => ({
      type: 'csp-violation',
      age: ageMs,
      url: page,
      user_agent: userAgent,
      body: {
        documentURL: page,
        effectiveDirective: given.directive ?? 'script-src-elem',
        blockedURL: given.blocked ?? 'inline',
        originalPolicy: POLICY,
        disposition: given.disposition ?? 'report',
        sample: given.sample ?? '',
        sourceFile: given.source ?? 'https://app.example.com/assets/main.js',
        lineNumber: given.line ?? 12,
        columnNumber: 7,
        statusCode: 200,
      },
    }),
  );
  const headers = { 'content-type': 'application/reports+json' };
  const answer = await request.post('/api/csp-report', { headers, data: JSON.stringify(data) });
  expect(answer.status()).toBe(204);
}
