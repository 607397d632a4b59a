import type { CspRecord } from '#core/csp/report/record.ts';

/** The prefix of the ids of administrators' own rules. */
export const OWN_RULE = 'own:';

/** What of an own rule tells noise: one of its parts suffices. Hosts and schemes are in lower case. */
export type OwnNoiseParts = {
  id: string;
  hosts?: readonly string[];
  schemes?: readonly string[];
  samples?: readonly string[];
};

/** Whether a line's label is a built-in rule's: own ones are looked at again as of today. */
export const isBuiltIn = (label: string | null): label is string => label !== null && !label.startsWith(OWN_RULE);

type Subject = Pick<CspRecord, 'noise' | 'blocked' | 'blocked_host' | 'source_file' | 'document' | 'sample'>;

/**
 * The rule that says today that a violation is noise: the built-in one that its line names, else the first of the own
 * ones that matches. What a line says of own rules is what they said when it was written, and counts no more.
 */
export function noiseToday(csp: Subject, rules: readonly OwnNoiseParts[]): string | null {
  if (isBuiltIn(csp.noise)) return csp.noise;
  return rules.find((rule) => matches(rule, csp))?.id ?? null;
}

function matches({ hosts = [], schemes = [], samples = [] }: OwnNoiseParts, csp: Subject): boolean {
  const names = [csp.blocked_host, authorityOf(csp.source_file)].flatMap((host) =>
    host === null ? [] : [nameOf(host)],
  );
  if (hosts.some((host) => names.some((name) => isAtOrBelow(name, host)))) return true;
  const urls = [csp.blocked, csp.source_file, csp.document];
  if (schemes.some((scheme) => urls.some((url) => url !== null && schemeOf(url) === scheme))) return true;
  const code = [csp.sample, csp.source_file].flatMap((text) => (text === null ? [] : [text.toLowerCase()]));
  return samples.some((piece) => code.some((text) => text.includes(piece.toLowerCase())));
}

/** Whether a host is this one, or below it. */
export const isAtOrBelow = (name: string, host: string): boolean => name === host || name.endsWith(`.${host}`);

const nameOf = (host: string): string => host.replace(/:\d+$/, '');

const authorityOf = (url: string | null): string | null =>
  /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(url ?? '')?.[1]?.toLowerCase() ?? null;

const schemeOf = (url: string): string => (url.split(':', 1)[0] ?? '').toLowerCase();
