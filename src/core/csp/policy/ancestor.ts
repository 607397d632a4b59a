import { originOf, type ReportedUrl, readReportedUrl } from './url.ts';
import type { ReportedViolation } from './verdict.ts';

/**
 * The site that showed a page in a frame, as far as a violation of `frame-ancestors` tells. Browsers name the page that
 * was framed instead, for its own site may not learn who framed it (CSP Level 3 §6.4.2): Chromium 156 reports the
 * page's origin as what was blocked. What has another origin than the page is taken for the site.
 */
export function reportedAncestor({
  blocked,
  document,
}: Pick<ReportedViolation, 'blocked' | 'document'>): ReportedUrl | null {
  const url = blocked === null ? null : readReportedUrl(blocked);
  const page = document === null ? null : readReportedUrl(document);
  if (!url?.host || !page?.host) return null;
  return originOf(url) === originOf(page) ? null : url;
}
