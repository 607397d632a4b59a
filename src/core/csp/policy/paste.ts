import type { Delivery } from './advice-gaps.ts';

/** A policy as somebody pasted it: its bare value, and what stood around it. */
export type PastedPolicy = { policy: string; delivery: Delivery; mode: 'enforce' | 'report' | null };

const HEADER = /content-security-policy(-report-only)?/i;
const ENTITIES: Record<string, string> = { '&quot;': '"', '&#39;': "'", '&#x27;': "'", '&apos;': "'", '&amp;': '&' };

/**
 * Takes a policy out of what it is usually copied from: a header, a `<meta>` element, a line of nginx, Apache or
 * next.config. A text that is none of these is taken for the policy itself.
 */
export function readPastedPolicy(text: string): PastedPolicy {
  const [name, reportOnly] = HEADER.exec(text) ?? [];
  if (name === undefined) return { policy: tidy(text), delivery: 'header', mode: null };
  const mode = reportOnly ? 'report' : 'enforce';
  const rest = text.slice(text.search(HEADER) + name.length);
  if (/<meta\b/i.test(text)) return { policy: tidy(contentOf(text)), delivery: 'meta', mode };
  // A name in quotes is a key of some configuration, and its colon no header's.
  const isHeader = /^\s*:/.test(rest);
  const value = isHeader ? firstHeader(rest.replace(/^\s*:/, '')) : quotedIn(rest.replace(/^["'`]/, ''));
  return { policy: tidy(value), delivery: 'header', mode };
}

const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();

/** A header goes on in lines that begin with white space, and ends where another begins. */
const firstHeader = (text: string): string => text.split(/\r?\n(?=[A-Za-z-]+:\s)/, 1)[0] ?? '';

const contentOf = (element: string): string => {
  const [, double, single] = /\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(element) ?? [];
  return (double ?? single ?? '').replace(
    /&(?:quot|#39|#x27|apos|amp);/gi,
    (entity) => ENTITIES[entity.toLowerCase()] ?? entity,
  );
};

/** The first text in quotes that holds a space or a quote of the other kind: the value, and not a name. */
function quotedIn(text: string): string {
  for (const [, double, single, back] of text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`/g)) {
    const value = (double ?? single ?? back ?? '').replace(/\\(.)/g, '$1');
    if (/[\s']/.test(value)) return value;
  }
  return text.replace(/^["'\s]+|["';\s]+$/g, '');
}
