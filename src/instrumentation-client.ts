import { isTrustedHtml, isTrustedScriptUrl } from '#core/http/trusted-markup.ts';

type TrustedTypes = { createPolicy(name: string, rules: Record<string, (text: string) => string | null>): void };

/**
 * Next runs this before anything else of a page. The policy named `default` is asked for every string that is about to
 * become HTML or a script (Trusted Types §3.5); null refuses it.
 */
function guardStrings(trustedTypes: TrustedTypes): void {
  trustedTypes.createPolicy('default', {
    createHTML: (html) => (isTrustedHtml(html) ? html : null),
    createScriptURL: (url) => (isTrustedScriptUrl(url, location.origin) ? url : null),
  });
}

// Not every browser has it, and TypeScript does not know it.
if ('trustedTypes' in window) guardStrings(window.trustedTypes as TrustedTypes);
