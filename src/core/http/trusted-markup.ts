/**
 * What our pages' code may turn from a string into HTML. React makes `<script>` elements this way, and Mantine fills
 * `<style>` elements with rules, which hold no markup. Nothing else does, so nothing else may.
 */
export const isTrustedHtml = (html: string): boolean => html === '<script></script>' || !html.includes('<');

/** The scripts that our pages' code may load: those of the build. @param origin of the page. */
export function isTrustedScriptUrl(url: string, origin: string): boolean {
  const parsed = URL.parse(url, origin);
  return parsed?.origin === origin && parsed.pathname.startsWith('/_next/static/');
}
