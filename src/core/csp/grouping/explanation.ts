import { reportedAncestor } from '#core/csp/policy/ancestor.ts';
import { type DirectiveMeaning, directiveMeaning } from '#core/csp/report/directives.ts';
import type { Disposition } from '#core/csp/report/report.ts';
import type { BlockedKind } from './grouping.ts';

/** A violation or a group of violations to explain. */
export type ExplainedViolation = {
  /** Of all its reports; null if a browser didn't report it. */
  dispositions: readonly (Disposition | null)[];
  directive: string;
  blocked: string | null;
  blocked_kind: BlockedKind | null;
  blocked_host: string | null;
  /** The page's URL, if known. */
  document?: string | null;
};

/** A violation explained in sentences: what happened, the likely cause, and what to do. */
export type Explanation = { happened: string; behind: string; next: string };

type Advice = { what: string; behind: string; next: string };

/** Explains a violation to somebody who knows the site but not the specification. Accepts any text. */
export function explainViolation(violation: ExplainedViolation): Explanation {
  const meaning = directiveMeaning(violation.directive);
  const { blocked_kind } = violation;
  const { what, behind, next } =
    blocked_kind === null ? unknownAdvice(meaning) : ADVICE[blocked_kind](violation, meaning);
  return { happened: happened(violation, what, meaning), behind, next };
}

function happened({ dispositions, directive }: ExplainedViolation, what: string, { loss }: DirectiveMeaning): string {
  const name = directive || 'a directive that the browser didn’t report';
  const some = (one: Disposition) => dispositions.includes(one);
  if (some('enforce')) {
    const also = some('report') ? ' A report-only policy doesn’t allow it either.' : '';
    return `The browser blocked ${what}, because of ${name}.${also} ${loss}`;
  }
  if (some('report')) {
    return `The browser would have blocked ${what}, because of ${name}. Nothing was blocked, because the policy is report-only. Once it is enforced: ${lowerFirst(loss)}`;
  }
  return `The browser found ${what}, which ${name} doesn’t allow. The report doesn’t say whether it was blocked or only reported.`;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

const EVAL: Advice = {
  what: 'code that a script created from a string, with eval, new Function, or setTimeout with a string',
  behind: 'Usually a template library, a development build in production, or custom code in a tag manager.',
  next: "Find the line in the sources below, and use a build that doesn’t need it. 'unsafe-eval' would let an attacker’s strings run as code too.",
};

const WASM: Advice = {
  what: 'WebAssembly that a script compiles',
  behind:
    'Usually a library for heavy computation, such as image processing, PDFs, cryptography, or databases in the browser.',
  next: "If the page needs it, add 'wasm-unsafe-eval', which allows only WebAssembly. 'unsafe-eval' would allow far more.",
};

const TRUSTED_TYPES_SINK: Advice = {
  what: 'a plain string passed to a sink that turns text into markup or code, such as innerHTML',
  behind: directiveMeaning('require-trusted-types-for').behind,
  next: 'At the line below, use textContent, or pass the string through a Trusted Types policy that sanitizes it. Each such place is a possible injection point.',
};

const TRUSTED_TYPES_POLICY: Advice = {
  what: 'the creation of a Trusted Types policy that trusted-types doesn’t list',
  behind: directiveMeaning('trusted-types').behind,
  next: 'Review what that policy lets through. If it sanitizes its input, add its name to trusted-types. If it passes everything on, don’t.',
};

const INLINE_ELEMENT: Advice = {
  what: 'an inline script: a <script> without src, or a javascript: link',
  behind:
    'Usually a tag or a template without the nonce. Extensions and proxies also add such scripts. If none of these explains it, check for an injection (XSS).',
  next: "Give the script the page’s nonce, add its hash, or move it to a file. Don’t add 'unsafe-inline', which would also allow an attacker’s scripts.",
};

const INLINE_STYLE: Advice = {
  what: 'inline styles',
  behind: 'Usually a library that adds a <style> element or writes style attributes, or a template.',
  next: "Give the <style> element the page’s nonce, or move the styles to a file. 'unsafe-inline' for styles is less risky than for scripts, but still a risk.",
};

const INLINE: Readonly<Record<string, Advice>> = {
  'script-src': { ...INLINE_ELEMENT, what: 'inline script code' },
  'script-src-elem': INLINE_ELEMENT,
  'script-src-attr': {
    what: 'an inline event handler, such as an onclick attribute',
    behind: 'Usually an older template or a widget. An injection (XSS) looks the same.',
    next: "Move the handler to a script file and attach it with addEventListener. Don’t add 'unsafe-inline', which would also allow an attacker’s handlers.",
  },
  'style-src': INLINE_STYLE,
  'style-src-elem': { ...INLINE_STYLE, what: 'an inline <style> element' },
  'style-src-attr': {
    what: 'the style attribute of an element',
    behind: 'Usually a template, content from an editor, or a library that creates markup with style attributes.',
    next: "Use a class instead. If you can’t, 'unsafe-inline' in style-src-attr allows only these attributes, not <style> elements.",
  },
};

const INLINE_ELSEWHERE: Advice = { ...INLINE_ELEMENT, what: 'inline code' };

const inlineAdvice = (directive: string): Advice =>
  (Object.hasOwn(INLINE, directive) && INLINE[directive]) || INLINE_ELSEWHERE;

const EXTENSION_SCHEMES = /^((chrome|moz|safari|safari-web|ms-browser)-extension|webkit-masked-url|user-script)$/;

function schemeAdvice({ blocked, directive }: ExplainedViolation, meaning: DirectiveMeaning): Advice {
  const scheme = /^[^:]*/.exec(blocked?.toLowerCase() ?? '')?.[0] ?? '';
  const what = `${meaning.thing} ${meaning.joint}`;
  if (EXTENSION_SCHEMES.test(scheme)) {
    return {
      what: `${what} an extension of the visitor’s browser`,
      behind: 'The visitor’s own browser extension. Your site isn’t involved.',
      next: 'Nothing. Never allow an extension’s URL in the policy.',
    };
  }
  if (scheme === '') return unknownAdvice(meaning);
  const source = SCHEME_SOURCES[scheme] && Object.hasOwn(SCHEME_SOURCES, scheme) ? SCHEME_SOURCES[scheme] : undefined;
  return {
    what: `${what} ${source?.what ?? `the scheme ${scheme}:`}`,
    behind: source?.behind ?? 'Usually an app that embeds the site, or software on the visitor’s machine.',
    next: /^(script|object|default|base)/.test(directive)
      ? `Don’t allow ${scheme}: here. Anyone who can inject a URL into the page could then run code. Serve the content from a file on your site.`
      : `If the page needs it, add ${scheme}: only to ${directive || 'the directive'}, not to default-src.`,
  };
}

const unknownAdvice = ({ thing, joint, behind }: DirectiveMeaning): Advice => ({
  what: `${thing} ${joint} a URL that the report doesn’t include`,
  behind,
  next: 'Look at the page and the source below. Open the page in the same browser, whose console shows the URL.',
});

const SCHEME_SOURCES: Readonly<Record<string, { what: string; behind: string }>> = {
  data: {
    what: 'a data: URL, which contains the content itself',
    behind: 'Usually a small image or font in a stylesheet or a library.',
  },
  blob: {
    what: 'a blob: URL, which a script on the page created',
    behind: 'Usually a library that creates a worker, a preview, or a download.',
  },
  filesystem: {
    what: 'a filesystem: URL, which a script on the page created',
    behind: 'Usually an old library that stores files in the browser.',
  },
  about: { what: 'an about: page of the browser', behind: 'Usually an empty frame that a script fills.' },
  javascript: {
    what: 'a javascript: URL',
    behind: 'Usually an old link or frame that runs code. Injections use it too.',
  },
};

function hostAdvice(violation: ExplainedViolation, { thing, joint, behind, next }: DirectiveMeaning) {
  const { blocked, blocked_host, directive, document = null } = violation;
  if (directive === 'frame-ancestors' && document !== null && !reportedAncestor({ blocked, document }))
    return {
      what: `${thing} ${joint} another site, which browsers don’t include in reports`,
      behind,
      next: next ?? '',
    };
  return {
    what: `${thing} ${joint} ${blocked_host ?? 'a host that the report doesn’t include'}`,
    behind,
    next:
      next ??
      `Find out who added it. If the page needs it, add the host to ${directive || 'the directive'}. If not, remove what loads it.`,
  };
}

const ADVICE: Record<BlockedKind, (violation: ExplainedViolation, meaning: DirectiveMeaning) => Advice> = {
  inline: ({ directive }) => inlineAdvice(directive),
  eval: () => EVAL,
  'wasm-eval': () => WASM,
  'trusted-types': ({ directive }) => (directive === 'trusted-types' ? TRUSTED_TYPES_POLICY : TRUSTED_TYPES_SINK),
  scheme: schemeAdvice,
  host: hostAdvice,
};
