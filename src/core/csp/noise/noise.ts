import type { Blocked } from '#core/csp/grouping/grouping.ts';
import type { CspViolation } from '#core/csp/report/report.ts';
import { createHostTable } from './host-table.ts';
import { NOISE_RULES, type NoiseRule } from './noise-rules.ts';
import { createPieceFinder } from './piece-finder.ts';

/** What a rule looks at. */
export type NoiseSubject = Pick<CspViolation, 'sourceFile' | 'document' | 'sample' | 'policy' | 'directive'> & {
  /** What was blocked, as the browser wrote it. */
  blockedUrl: string;
  blocked: Blocked;
  /** As `browserOf` names it: `Chrome 156`. */
  browser: string;
};

/** Which rule says that a violation is noise: its id, or null. */
export type NoiseMatcher = (subject: NoiseSubject) => string | null;

/** The parts of a rule that classify noise. */
type NoiseParts = Pick<NoiseRule, 'id' | 'schemes' | 'hosts' | 'samples' | 'oldBrowsers'>;

/** Makes a matcher of rules; of several that match, the first of the list wins within its sort: schemes, hosts, code, browsers. */
export function createNoiseMatcher(rules: readonly NoiseParts[] = NOISE_RULES): NoiseMatcher {
  const schemes = valuesOf(rules, ({ schemes = [] }) => schemes);
  const bySchemes = new Map(schemes.toReversed().map(({ id, value }) => [value, id]));
  const firstLetters = new Set(schemes.map(({ value }) => value.charCodeAt(0)));
  const hosts = valuesOf(rules, ({ hosts = [] }) => hosts);
  const hostTable = createHostTable(hosts.map(({ value }) => value));
  const samples = valuesOf(rules, ({ samples = [] }) => samples);
  const findSample = createPieceFinder(samples.map(({ value }) => value));
  const byBrowser = rules.flatMap(({ id, oldBrowsers }) => (oldBrowsers ? [{ id, ...oldBrowsers }] : []));
  const oldNames = new Set(byBrowser.flatMap(({ below }) => Object.keys(below)));

  const ofScheme = (url: string) =>
    firstLetters.has(lowered(url.charCodeAt(0))) ? bySchemes.get(schemeOf(url)) : undefined;
  const ofHost = (host: string | null) => (host === null ? undefined : hosts[hostTable.find(host)]?.id);
  const ofCode = (text: string) => (text === '' ? undefined : samples[findSample(text)]?.id);

  return ({ blockedUrl, sourceFile, document, sample, policy, directive, blocked: { kind, host }, browser }) => {
    const known =
      ofScheme(blockedUrl) ??
      ofScheme(sourceFile) ??
      ofScheme(document) ??
      ofHost(host) ??
      ofHost(authorityOf(sourceFile)) ??
      ofCode(sample) ??
      ofCode(sourceFile);
    if (known !== undefined) return known;
    if (byBrowser.length === 0 || kind === null || !/^(script|style)-src/.test(directive)) return null;
    const { name, version } = versionOf(browser);
    if (!oldNames.has(name)) return null;
    const old = byBrowser.find(
      ({ below, policy: words, kinds }) =>
        Object.hasOwn(below, name) &&
        version < (below[name] ?? 0) &&
        kinds.includes(kind) &&
        words.some((word) => policy.includes(word)),
    );
    return old?.id ?? null;
  };
}

const valuesOf = (rules: readonly NoiseParts[], of: (rule: NoiseParts) => readonly string[]) =>
  rules.flatMap((rule) => of(rule).map((value) => ({ id: rule.id, value })));

const lowered = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code);

const MOST_SCHEME = 64;

/** `moz-extension` of `moz-extension://…` and of the bare word. */
function schemeOf(url: string): string {
  const colon = url.indexOf(':');
  return url.slice(0, colon < 0 || colon > MOST_SCHEME ? MOST_SCHEME : colon).toLowerCase();
}

const authorityOf = (url: string): string | null =>
  url === '' ? null : (/^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(url)?.[1] ?? null);

function versionOf(browser: string): { name: string; version: number } {
  const space = browser.lastIndexOf(' ');
  return { name: browser.slice(0, space), version: Number(browser.slice(space + 1)) };
}
