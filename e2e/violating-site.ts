import type { ServerResponse } from 'node:http';
import type { Certificate } from '../src/testing/certificate.ts';
import type { CspLogLine } from '../src/testing/log-files.ts';
import { closedPort, type Receiver, startReceiver } from '../src/testing/receivers.ts';

export type Disposition = 'report' | 'enforce';
/** A page's policy reports in one of these ways. */
export type ReportWay = 'report-uri' | 'report-to';

export type ViolatingSite = Receiver & {
  addressOf(way: ReportWay, disposition: Disposition): string;
  /** What browsers report of each of its pages: directive, kind and host. */
  violations: (readonly [directive: string, kind: string, host: string | null])[];
};

/**
 * A site of another origin than the console's. Each of its pages breaks its policy in five ways, and reports to the console.
 * @param reportsTo the console's address, without a slash at its end.
 * @param certificate makes it a site by https.
 */
export async function startViolatingSite(reportsTo: string, certificate?: Certificate): Promise<ViolatingSite> {
  const elsewhere = `localhost:${await closedPort()}`;
  const page = `<!doctype html>
<title>Breaks its policy</title>
<script>window.ran = true</script>
<p style="color: teal">Text</p>
<img alt="" src="//${elsewhere}/pixel.gif">
<script nonce="ours">
  try { eval('1') } catch {}
  fetch('//${elsewhere}/track').catch(() => {});
</script>`;
  const answer = (response: ServerResponse, { path }: { path: string }) => {
    const [, way = '', disposition = ''] = path.split('/');
    const endpoint = `${reportsTo}/api/csp-report?d=${disposition}`;
    const header = disposition === 'report' ? 'content-security-policy-report-only' : 'content-security-policy';
    const policy = ["default-src 'none'", "script-src 'nonce-ours'", "style-src 'self'", "img-src 'self'"];
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        [header]: [...policy, way === 'report-to' ? 'report-to console' : `report-uri ${endpoint}`].join('; '),
        'reporting-endpoints': `console="${endpoint}"`,
      })
      .end(page);
  };
  const site = await startReceiver(answer, certificate ? { certificate } : {});
  return {
    ...site,
    addressOf: (way, disposition) => `${site.url}/${way}/${disposition}`,
    violations: [
      ['connect-src', 'host', elsewhere],
      ['img-src', 'host', elsewhere],
      ['script-src', 'eval', null],
      ['script-src-elem', 'inline', null],
      ['style-src-attr', 'inline', null],
    ],
  };
}

/** What the log has of a page: directive, kind and host, in the order of the alphabet. */
export const violationsOf = (lines: CspLogLine[], page: string): unknown[][] =>
  lines
    .flatMap(({ csp }) => (csp?.document === page ? [[csp.directive, csp.blocked_kind, csp.blocked_host]] : []))
    .sort((one, other) => (one.join(' ') < other.join(' ') ? -1 : 1));
