import type { ServerResponse } from 'node:http';
import { type Browser, chromium } from '@playwright/test';
import type { ReportedViolation } from '../src/core/csp/policy/verdict.ts';
import { createRecordMaker } from '../src/core/csp/report/record.ts';
import { isViolation, parseReports } from '../src/core/csp/report/report.ts';
import { makeCertificate } from '../src/testing/certificate.ts';
import { startReceiver } from '../src/testing/receivers.ts';
import { chromiumOptions } from './chromium.ts';
import type { Violated } from './verdict-loads.ts';

/** What comes with a page: policies as a header has them, and its markup. */
export type Served = { policies?: string; disposition?: 'enforce' | 'report'; body?: string };

export type VerdictSite = AsyncDisposable & {
  browser: Browser;
  /** The address of a page whose header has these policies. */
  address(origin: string, served: Served): string;
  /** The reports that browsers posted, in their order: the whole body of each. */
  reports: string[];
};

/** Ports of plain http and of TLS that names below `.example` and addresses have in this browser. */
const PLAIN = [80, 3000, 8080];
const SECURE = [443, 444, 8443];

const KINDS: Record<string, [type: string, body: string]> = {
  image: ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"></svg>'],
  manifest: ['application/manifest+json', '{}'],
  script: ['text/javascript', ''],
  sharedworker: ['text/javascript', 'onconnect = ({ ports: [port] }) => port.postMessage(1)'],
  style: ['text/css', ''],
  worker: ['text/javascript', 'postMessage(1)'],
};

/** A server that is every site, and a browser to which all names lead there: nothing leaves this machine. */
export async function startVerdictSite(): Promise<VerdictSite> {
  const reports: string[] = [];
  const pages: Served[] = [];
  const answer = (
    response: ServerResponse,
    { path, headers, body }: { path: string; headers: Record<string, unknown>; body: string },
  ) => {
    const { pathname, searchParams } = new URL(path, 'http://any.example');
    const every = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };
    const to = searchParams.get('redirect');
    if (pathname === '/report') {
      reports.push(body);
      response.writeHead(204, every).end();
    } else if (to !== null) {
      response.writeHead(302, { ...every, location: to }).end();
    } else if (pathname === '/page') {
      const { policies = '', disposition = 'enforce', body: markup = '' } = pages[Number(searchParams.get('n'))] ?? {};
      const name = `content-security-policy${disposition === 'report' ? '-report-only' : ''}`;
      response
        .writeHead(200, { 'content-type': 'text/html', [name]: policies })
        .end(`<!doctype html><title>Shop</title>${markup}`);
    } else {
      const [type, content] = KINDS[String(headers['sec-fetch-dest'])] ?? ['text/html', ''];
      response.writeHead(200, { ...every, 'content-type': type }).end(content);
    }
  };
  const plain = await startReceiver(answer);
  const secure = await startReceiver(answer, { certificate: makeCertificate(['*.example']) });
  const rules = [
    ...PLAIN.map((port) => `MAP *:${port} 127.0.0.1:${plain.port}`),
    ...SECURE.map((port) => `MAP *:${port} 127.0.0.1:${secure.port}`),
  ];
  const browser = await chromium.launch(
    chromiumOptions('--ignore-certificate-errors', `--host-resolver-rules=${rules.join(', ')}`),
  );
  return {
    browser,
    reports,
    address(origin, served) {
      pages.push(served);
      return `${origin}/page?n=${pages.length - 1}`;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await plain.close();
      await secure.close();
    },
  };
}

const records = createRecordMaker();

/** What the log has of a report's body. */
export function loggedOf(body: string): ReportedViolation {
  const { reports } = parseReports(Buffer.from(body));
  const [report] = reports;
  if (!report || !isViolation(report)) throw new Error(`This is no report of a violation: ${body}`);
  return records.violation(report, { disposition: null, userAgent: '' }).csp;
}

/** What the log has of a violation, had the browser posted it: a report has the event's fields (CSP Level 3 §5.3). */
export const loggedOfEvent = (event: Violated): ReportedViolation =>
  loggedOf(
    JSON.stringify({
      type: 'csp-violation',
      age: 0,
      url: event.documentURI,
      body: {
        documentURL: event.documentURI,
        blockedURL: event.blockedURI,
        effectiveDirective: event.effectiveDirective,
        originalPolicy: event.originalPolicy,
        disposition: event.disposition,
        sample: event.sample,
      },
    }),
  );
