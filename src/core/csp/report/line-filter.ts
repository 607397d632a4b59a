import { isAtOrBelow } from '#core/csp/noise/own-noise.ts';
import type { CspLine } from './line.ts';
import type { Disposition } from './report.ts';

/** The filter for lines. Times are in ms since 1970; fields that are left out match everything. */
export type LineFilter = {
  /** Only violations at or after this time. */
  since?: number | undefined;
  /** Before this time. */
  until?: number | undefined;
  disposition?: Disposition | undefined;
  directive?: string | undefined;
  /** The group's id. */
  group?: string | undefined;
  /** With a port that host alone, without one also those below it and with any port. In lower case. */
  blocked_host?: string | undefined;
  /** A part of the page's URL; small and capital letters are the same. */
  document?: string | undefined;
  /** `Chrome` or `Chrome 156`; small and capital letters are the same. */
  browser?: string | undefined;
  noise?: boolean | undefined;
  /** A part of any text; small and capital letters are the same. */
  q?: string | undefined;
};

/** Makes the test of a filter. @param noiseOf which rule calls a line noise. A line that does not tell what the filter asks for does not pass. */
export function createLineFilter(
  filter: LineFilter,
  noiseOf: (line: CspLine) => string | null,
): (line: CspLine) => boolean {
  const { since = -Infinity, until = Infinity, disposition, directive, group, blocked_host, noise } = filter;
  const document = filter.document?.toLowerCase();
  const browser = filter.browser?.toLowerCase();
  const q = filter.q?.toLowerCase();
  return (line) => {
    const { csp } = line;
    return (
      line.time >= since &&
      line.time < until &&
      (disposition === undefined || csp?.disposition === disposition) &&
      (directive === undefined || csp?.directive === directive) &&
      (group === undefined || csp?.group === group) &&
      (blocked_host === undefined || isHost(csp?.blocked_host ?? null, blocked_host)) &&
      (document === undefined || (documentOf(line)?.toLowerCase().includes(document) ?? false)) &&
      (browser === undefined || isBrowser(browserOf(line), browser)) &&
      (noise === undefined || noise === (noiseOf(line) !== null)) &&
      (q === undefined || textsOf(line).toLowerCase().includes(q))
    );
  };
}

const isHost = (host: string | null, asked: string): boolean =>
  host !== null && (host === asked || isAtOrBelow(host.replace(/:\d+$/, ''), asked));

const isBrowser = (browser: string | null, asked: string): boolean => {
  const name = browser?.toLowerCase() ?? '';
  return name === asked || (name.startsWith(`${asked} `) && /^\d+$/.test(name.slice(asked.length + 1)));
};

const documentOf = ({ csp, url }: CspLine) => csp?.document ?? url;

const browserOf = ({ kind, csp, browser }: CspLine): string | null =>
  kind === 'violation' ? (csp?.browser ?? null) : browser;

/** Everything that may be looked for, each on a line of its own, which no text has. */
function textsOf({ kind, csp, msg, type, url, browser, policy }: CspLine): string {
  const own = kind === 'violation' ? csp : null;
  return [
    msg,
    type,
    url,
    csp?.directive,
    csp?.blocked_host,
    csp?.group,
    own?.blocked,
    own?.document,
    own?.source_file,
    own?.sample,
    own?.referrer,
    own?.user_agent,
    kind === 'violation' ? own?.browser : browser,
    own?.policy_hash ?? policy?.policy_hash,
    policy?.text,
  ]
    .map((text) => text ?? '')
    .join('\n');
}
