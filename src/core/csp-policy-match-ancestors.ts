import { reportedAncestor } from './csp-ancestor.ts';
import type { SourceExpression } from './csp-policy-source.ts';
import { matchSource, readReportedUrl } from './csp-policy-url.ts';
import {
  allowed,
  blocked,
  type ListVerdict,
  type ReportedViolation,
  type Sources,
  unknown,
} from './csp-policy-verdict.ts';

/**
 * Whether the site that showed a page in a frame is one of `frame-ancestors` (CSP Level 3 §6.4.2). Mostly the report does
 * not tell the site: then only a list for every site allows it, and only one for none blocks it. Browsers compare the
 * site's origin, which has no path.
 */
export function matchAncestors(sources: Sources, violation: ReportedViolation): ListVerdict {
  const ancestor = reportedAncestor(violation);
  const page = violation.document === null ? null : readReportedUrl(violation.document);
  if (ancestor) {
    const by = sources.find((source) => matchSource(source, { ...ancestor, path: '/' }, page) === 'yes');
    return by ? allowed(by.text) : blocked(`Nothing in the list names ${ancestor.host}.`);
  }
  const every = sources.find(isForEverySite);
  if (every) return allowed(every.text, `${every.text} lets every site show the page in a frame.`);
  const some = sources.find(isForSomeSites);
  return some ? unknown(some.text, UNTOLD) : blocked('The list lets no site show the page in a frame.');
}

const UNTOLD = 'Browsers do not report which site showed the page in a frame, only the page itself.';

/** `http:` takes https: too (CSP Level 3 §6.7.2, “scheme-part matching”). */
const isForEverySite = (source: SourceExpression): boolean =>
  source.kind === 'star' || (source.kind === 'scheme' && source.scheme === 'http');

/** No site has an address of these. */
const NO_SITES = new Set(['ws', 'wss', 'ftp', 'data', 'blob']);

function isForSomeSites(source: SourceExpression): boolean {
  if (source.kind === 'scheme') return !NO_SITES.has(source.scheme);
  if (source.kind === 'host') return ['', '/'].includes(source.path) && !NO_SITES.has(source.scheme ?? '');
  return source.kind === 'keyword' && source.keyword === 'self';
}
