import type { LineKind } from '#core/csp/report/line.ts';
import type { LineFilter } from '#core/csp/report/line-filter.ts';
import type { LinePlace } from '#core/lines/newest-lines.ts';

/** The newest lines that match. */
export type LineSearch = {
  filter: LineFilter;
  kinds: readonly LineKind[] | undefined;
  /** Those after this one in a list alone. */
  end: LinePlace | null;
  most: number;
};
