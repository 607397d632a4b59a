import { originOf, type ReportedUrl, readReportedUrl } from './url.ts';
import type { ReportedViolation } from './verdict.ts';

/**
 * The site that embedded a page in a frame, if a violation of `frame-ancestors` contains it. Browsers report the
 * embedded page instead, because its site must not learn who embeds it (CSP Level 3 §6.4.2): Chromium 156 reports the
 * page's own origin as blocked. Another origin than the page's is taken to be the embedding site.
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
