import type { Delivery } from './advice-gaps.ts';

/** A pasted policy: its value, and what the text around it says about how it is delivered. */
export type PastedPolicy = { policy: string; delivery: Delivery; mode: 'enforce' | 'report' | null };

const HEADER = /content-security-policy(-report-only)?/i;
const ENTITIES: Record<string, string> = { '&quot;': '"', '&#39;': "'", '&#x27;': "'", '&apos;': "'", '&amp;': '&' };

/**
 * Extracts a policy from what it is usually copied from: a header, a `<meta>` element, or a line for nginx, Apache, or
 * next.config. Any other text is read as the policy itself.
 */
export function readPastedPolicy(text: string): PastedPolicy {
  const [name, reportOnly] = HEADER.exec(text) ?? [];
  if (name === undefined) return { policy: tidy(text), delivery: 'header', mode: null };
  const mode = reportOnly ? 'report' : 'enforce';
  const rest = text.slice(text.search(HEADER) + name.length);
  if (/<meta\b/i.test(text)) return { policy: tidy(contentOf(text)), delivery: 'meta', mode };
  // A quoted name is a key in a configuration, so the colon after it doesn't belong to a header.
  const isHeader = /^\s*:/.test(rest);
  const value = isHeader ? firstHeader(rest.replace(/^\s*:/, '')) : quotedIn(rest.replace(/^["'`]/, ''));
  return { policy: tidy(value), delivery: 'header', mode };
}

const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();

/** A header continues on lines that start with white space, and ends where the next header starts. */
const firstHeader = (text: string): string => text.split(/\r?\n(?=[A-Za-z-]+:\s)/, 1)[0] ?? '';

const contentOf = (element: string): string => {
  const [, double, single] = /\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(element) ?? [];
  return (double ?? single ?? '').replace(
    /&(?:quot|#39|#x27|apos|amp);/gi,
    (entity) => ENTITIES[entity.toLowerCase()] ?? entity,
  );
};

/** The first quoted text that contains a space or another kind of quote, which makes it a value and not a name. */
function quotedIn(text: string): string {
  for (const [, double, single, back] of text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`/g)) {
    const value = (double ?? single ?? back ?? '').replace(/\\(.)/g, '$1');
    if (/[\s']/.test(value)) return value;
  }
  return text.replace(/^["'\s]+|["';\s]+$/g, '');
}
