import fc from 'fast-check';
import type { LineKind } from '#core/csp/report/line.ts';
import type { CspFilters } from '#features/csp/log/line-filter.ts';
import type { MadeLine } from './stream-files.ts';

/** The administrators' own rule that `passesPlainly` knows of. */
export const OWN_RULE_OF_TESTS = {
  name: 'Ours',
  reason: 'We know.',
  hosts: ['tags.example.org', 'a.cdn.example.com'],
  schemes: ['acme-app'],
  samples: ['DATA ='],
  created_by_type: 'user',
  created_by_id: 'u',
  created_by_name: 'Ada',
};

const HOUR_MS = 60 * 60 * 1000;
const time = fc.integer({ min: -72, max: 1 }).map((hours) => new Date(Date.now() + hours * HOUR_MS));

/** One filter or two, so that something passes; of lines as `madeStream` makes them. */
export const madeFilters: fc.Arbitrary<CspFilters> = fc
  .record(
    {
      since: time,
      until: time,
      disposition: fc.constantFrom('enforce', 'report'),
      directive: fc.constantFrom('script-src-elem', 'img-src'),
      blocked_host: fc.constantFrom('cdn.example.com', 'example.com', 'cdn.example.com:8443', 'com'),
      document: fc.constantFrom('CART', 'ä', '%_', 'shop.example/cart/8', '[redacted]'),
      browser: fc.constantFrom('chrome', 'Chrome 15', 'Chrome iOS', 'Firefox 153', 'Other'),
      noise: fc.boolean(),
      q: fc.constantFrom('äö', '"', 'window.data', '100%', 'CDN.example', 'deprecation', '0123456789abcdef', "it's"),
    },
    { requiredKeys: [] },
  )
  .map((all): CspFilters => Object.fromEntries(Object.entries(all).slice(0, 2)))
  .filter(({ since, until }) => !since || !until || since < until);

export function kindOf(line: MadeLine): LineKind {
  if (line.dropped !== undefined) return 'dropped';
  if (line.suppressed !== undefined) return 'suppressed';
  if (line.csp) return 'violation';
  if (line.policy) return 'policy';
  return line.type === 'csp_report_malformed' ? 'malformed' : 'report';
}

const has = (text: string | null | undefined, part: string) => (text ?? '').toLowerCase().includes(part.toLowerCase());

const minuteOf = ({ time: at }: MadeLine) => Math.floor(at / 60_000);
const isBuiltIn = ({ csp }: MadeLine) => csp?.noise === 'browser-extension';

/** @param all lines: of those that stand for many, the written ones of their group and minute tell. */
export function isNoisePlainly(line: MadeLine, all: readonly MadeLine[]): boolean {
  const { csp = {}, suppressed } = line;
  if (suppressed !== undefined && !isBuiltIn(line)) {
    return all
      .filter((one) => one.csp?.group === csp.group && minuteOf(one) === minuteOf(line))
      .filter((one) => one.suppressed === undefined && !isBuiltIn(one))
      .every((one) => isNoisePlainly(one, all));
  }
  const ours = ['tags.example.org', 'acme-app:', 'DATA ='];
  return (
    csp.noise === 'browser-extension' ||
    csp.blocked_host === 'a.cdn.example.com' ||
    ours.some((part) => has(csp.source_file, part) || has(csp.sample, part))
  );
}

/** What each filter means, said once more and in the plainest way. */
export function passesPlainly(line: MadeLine, asked: CspFilters, all: readonly MadeLine[]): boolean {
  const csp = line.csp ?? {};
  const browser = kindOf(line) === 'violation' ? (csp.browser ?? '') : (line.browser ?? '');
  const texts = [line.msg, line.type, line.url, line.browser, line.policy?.text, line.policy?.policy_hash];
  const fields = Object.entries(csp)
    .filter(([name]) => !['noise', 'form', 'disposition', 'blocked_kind'].includes(name))
    .map(([, value]) => (typeof value === 'string' ? value : ''));
  const host = csp.blocked_host ?? '';
  const isOf = (name: string) => name.toLowerCase() === asked.browser?.toLowerCase();
  return (
    (!asked.since || line.time >= asked.since.getTime()) &&
    (!asked.until || line.time < asked.until.getTime()) &&
    (!asked.disposition || csp.disposition === asked.disposition) &&
    (!asked.directive || csp.directive === asked.directive) &&
    (!asked.blocked_host ||
      host === asked.blocked_host ||
      `.${host.replace(/:\d+$/, '')}`.endsWith(`.${asked.blocked_host}`)) &&
    (!asked.document || has(csp.document ?? line.url, asked.document)) &&
    (!asked.browser || isOf(browser) || isOf(browser.replace(/ \d+$/, ''))) &&
    (asked.noise === undefined || asked.noise === (line.csp !== undefined && isNoisePlainly(line, all))) &&
    (!asked.q || [...texts, ...fields].some((text) => has(text, asked.q ?? '')))
  );
}
