import type { Outputs } from '#client/console-api.ts';
import { REPORT_TO_SINCE } from '#core/csp/grouping/coverage-facts.ts';

type Item = Outputs['csp']['coverage']['items'][number];
type Form = Item['form'];

/** The reports of a browser in one format. */
export type CoverageCell = { count: number; last_seen: string; enforce: number; report: number; unknown: number };

export type CoverageRow = {
  browser: string;
  /** Newest first. */
  versions: string[];
  total: number;
  cells: Record<Form, CoverageCell | null>;
  /**
   * The first version of the browser that supports `report-to`, if its newest version does but no report arrived with
   * it.
   */
  couldReportTo: number | null;
};

/** One row per browser, most frequent first. */
export function coverageRows(items: readonly Item[]): CoverageRow[] {
  const rows = [...Map.groupBy(items, ({ browser }) => browser)].map(([browser, own]): CoverageRow => {
    const versions = [...new Set(own.flatMap((item) => item.versions))].sort((a, b) => Number(b) - Number(a));
    const cells = { 'report-uri': cellOf(own, 'report-uri'), 'report-to': cellOf(own, 'report-to') };
    const since = Object.hasOwn(REPORT_TO_SINCE, browser) ? REPORT_TO_SINCE[browser] : undefined;
    const isNew = since !== undefined && Number(versions[0]) >= since;
    return {
      browser,
      versions,
      total: own.reduce((sum, { count }) => sum + count, 0),
      cells,
      couldReportTo: isNew && !cells['report-to'] ? since : null,
    };
  });
  return rows.sort((a, b) => b.total - a.total || a.browser.localeCompare(b.browser));
}

function cellOf(items: readonly Item[], form: Form): CoverageCell | null {
  const own = items.filter((item) => item.form === form);
  if (own.length === 0) return null;
  const countOf = (disposition: Item['disposition']) =>
    own.reduce((sum, item) => (item.disposition === disposition ? sum + item.count : sum), 0);
  const [enforce, report, unknown] = [countOf('enforce'), countOf('report'), countOf(null)];
  const last_seen =
    own
      .map((item) => item.last_seen)
      .sort()
      .at(-1) ?? '';
  return { count: enforce + report + unknown, last_seen, enforce, report, unknown };
}
