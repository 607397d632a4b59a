import type { Blocked } from '#core/csp/grouping/grouping.ts';
import type { CspViolation } from '#core/csp/report/report.ts';
import { NOISE_RULES, type NoiseRule } from './noise-rules.ts';

/** What a rule looks at. */
export type NoiseSubject = {
  violation: Pick<CspViolation, 'blocked' | 'sourceFile' | 'document' | 'sample' | 'policy' | 'directive'>;
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
  const bySchemes = firstOf(rules, ({ schemes }) => schemes);
  const byHosts = firstOf(rules, ({ hosts }) => hosts);
  const bySample = rules.flatMap(({ id, samples = [] }) => samples.map((piece) => [piece.toLowerCase(), id] as const));
  const byBrowser = rules.flatMap(({ id, oldBrowsers }) => (oldBrowsers ? [{ id, ...oldBrowsers }] : []));

  const ofScheme = (url: string) => (url === '' ? undefined : bySchemes.get(schemeOf(url)));
  const ofCode = (text: string) => {
    if (text === '') return undefined;
    const lower = text.toLowerCase();
    return bySample.find(([piece]) => lower.includes(piece))?.[1];
  };

  return ({
    violation: { blocked, sourceFile, document, sample, policy, directive },
    blocked: { kind, host },
    browser,
  }) => {
    const known =
      ofScheme(blocked) ??
      ofScheme(sourceFile) ??
      ofScheme(document) ??
      hostRule(byHosts, host) ??
      hostRule(byHosts, authorityOf(sourceFile)) ??
      ofCode(sample) ??
      ofCode(sourceFile);
    if (known !== undefined) return known;
    if (!directive.startsWith('script-src') && !directive.startsWith('style-src')) return null;
    const { name, version } = versionOf(browser);
    const old = byBrowser.find(
      ({ below, policy: words, kinds }) =>
        Object.hasOwn(below, name) &&
        version < (below[name] ?? 0) &&
        kind !== null &&
        kinds.includes(kind) &&
        words.some((word) => policy.includes(word)),
    );
    return old?.id ?? null;
  };
}

function firstOf(
  rules: readonly NoiseParts[],
  keys: (rule: NoiseParts) => readonly string[] | undefined,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const rule of rules) for (const key of keys(rule) ?? []) if (!found.has(key)) found.set(key, rule.id);
  return found;
}

const MOST_SCHEME = 64;

/** `moz-extension` of `moz-extension://…` and of the bare word. */
function schemeOf(url: string): string {
  const colon = url.indexOf(':');
  return url.slice(0, colon < 0 || colon > MOST_SCHEME ? MOST_SCHEME : colon).toLowerCase();
}

const authorityOf = (url: string): string | null =>
  /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(url)?.[1]?.toLowerCase() ?? null;

const MOST_LABELS = 8;

function hostRule(byHosts: Map<string, string>, authority: string | null): string | undefined {
  if (authority === null) return undefined;
  let name = authority.replace(/:\d+$/, '');
  for (let labels = 0; labels < MOST_LABELS; labels += 1) {
    const rule = byHosts.get(name);
    if (rule !== undefined) return rule;
    const dot = name.indexOf('.');
    if (dot < 0) return undefined;
    name = name.slice(dot + 1);
  }
  return undefined;
}

function versionOf(browser: string): { name: string; version: number } {
  const space = browser.lastIndexOf(' ');
  return { name: browser.slice(0, space), version: Number(browser.slice(space + 1)) };
}
