/**
 * Which strings our pages' code can turn into HTML. React creates `<script>` elements this way, and Mantine fills
 * `<style>` elements with rules, which contain no markup. Nothing else is allowed.
 */
export const isTrustedHtml = (html: string): boolean => html === '<script></script>' || !html.includes('<');

/** Which scripts our pages' code can load: those of the build. @param origin of the page. */
export function isTrustedScriptUrl(url: string, origin: string): boolean {
  const parsed = URL.parse(url, origin);
  return parsed?.origin === origin && parsed.pathname.startsWith('/_next/static/');
}
