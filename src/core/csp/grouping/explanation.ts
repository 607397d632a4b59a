import { reportedAncestor } from '#core/csp/policy/ancestor.ts';
import { type DirectiveMeaning, directiveMeaning } from '#core/csp/report/directives.ts';
import type { Disposition } from '#core/csp/report/report.ts';
import type { BlockedKind } from './grouping.ts';

/** What is explained: a violation, or a group of such. */
export type ExplainedViolation = {
  /** Of all its reports, null where a browser did not tell. */
  dispositions: readonly (Disposition | null)[];
  directive: string;
  blocked: string | null;
  blocked_kind: BlockedKind | null;
  blocked_host: string | null;
  /** The page's URL, where it is known. */
  document?: string | null;
};

/** A violation in sentences: what happened, who is usually behind it, what to do next. */
export type Explanation = { happened: string; behind: string; next: string };

type Advice = { what: string; behind: string; next: string };

/** A violation in plain words, for somebody who knows the site but not the specification. Takes any texts. */
export function explainViolation(violation: ExplainedViolation): Explanation {
  const meaning = directiveMeaning(violation.directive);
  const { blocked_kind } = violation;
  const { what, behind, next } =
    blocked_kind === null ? unknownAdvice(meaning) : ADVICE[blocked_kind](violation, meaning);
  return { happened: happened(violation, what, meaning), behind, next };
}

function happened({ dispositions, directive }: ExplainedViolation, what: string, { loss }: DirectiveMeaning): string {
  const name = directive || 'a directive that the browser did not name';
  const some = (one: Disposition) => dispositions.includes(one);
  if (some('enforce')) {
    const also = some('report') ? ' A policy that only reports does not allow it either.' : '';
    return `The browser blocked ${what}, because of ${name}.${also} ${loss}`;
  }
  if (some('report')) {
    return `The browser would have blocked ${what}, because of ${name}. Nothing was stopped: the policy only reports. Once it is enforced: ${lowerFirst(loss)}`;
  }
  return `The browser met ${what}, which ${name} does not allow. It did not say whether it blocked that or only reported it.`;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

const EVAL: Advice = {
  what: 'code that a script made of text, as eval, new Function and setTimeout with a text do',
  behind: 'Usually a template library, a development build that was shipped, or the custom code of a tag manager.',
  next: "Find the line in the sources below and use a build that does without. 'unsafe-eval' would let an attacker’s text become code too.",
};

const WASM: Advice = {
  what: 'WebAssembly that a script compiles',
  behind: 'Usually a library that computes: images, PDF, cryptography, databases in the page.',
  next: "When the page needs it, allow 'wasm-unsafe-eval', which opens WebAssembly alone; 'unsafe-eval' would open far more.",
};

const TRUSTED_TYPES_SINK: Advice = {
  what: 'a plain text where a script turns text into markup or code, such as innerHTML',
  behind: directiveMeaning('require-trusted-types-for').behind,
  next: 'At the line below, write to textContent, or pass the text through a Trusted Types policy that cleans it. Every such place is where an injection could enter.',
};

const TRUSTED_TYPES_POLICY: Advice = {
  what: 'the creation of a Trusted Types policy that trusted-types does not list',
  behind: directiveMeaning('trusted-types').behind,
  next: 'Look at what that policy lets through. When it cleans, add its name to trusted-types; when it passes all on, do not.',
};

const INLINE_ELEMENT: Advice = {
  what: 'a script written into the page itself: a <script> without src, or a javascript: link',
  behind:
    'Usually a snippet of a tag or a template that lacks the nonce; extensions and proxies write such scripts too. When none of them fits, think of an injection (XSS).',
  next: "Give the script the page’s nonce, name its hash, or move it to a file. Do not add 'unsafe-inline': it would allow an attacker’s script as well.",
};

const INLINE_STYLE: Advice = {
  what: 'styles written into the page itself',
  behind: 'Usually a library that adds a <style> element or writes style attributes, or a template.',
  next: "Give the <style> the page’s nonce, or move the styles to a file. 'unsafe-inline' for styles alone is a smaller risk than for scripts, and still one.",
};

const INLINE: Readonly<Record<string, Advice>> = {
  'script-src': { ...INLINE_ELEMENT, what: 'script code written into the page itself' },
  'script-src-elem': INLINE_ELEMENT,
  'script-src-attr': {
    what: 'an event handler written into the page, such as an onclick attribute',
    behind: 'Usually an older template or a widget; an injection (XSS) looks the same.',
    next: "Move the handler to a script file with addEventListener. Do not add 'unsafe-inline': it would allow an attacker’s handlers as well.",
  },
  'style-src': INLINE_STYLE,
  'style-src-elem': { ...INLINE_STYLE, what: 'a <style> element written into the page itself' },
  'style-src-attr': {
    what: 'the style attribute of an element',
    behind: 'Usually a template, an editor’s content, or a library that writes markup with styles in it.',
    next: "Use a class instead. Where that is out of reach, 'unsafe-inline' in style-src-attr alone allows these attributes, and no <style> element.",
  },
};

const INLINE_ELSEWHERE: Advice = { ...INLINE_ELEMENT, what: 'code written into the page itself' };

const inlineAdvice = (directive: string): Advice =>
  (Object.hasOwn(INLINE, directive) && INLINE[directive]) || INLINE_ELSEWHERE;

const EXTENSION_SCHEMES = /^((chrome|moz|safari|safari-web|ms-browser)-extension|webkit-masked-url|user-script)$/;

function schemeAdvice({ blocked, directive }: ExplainedViolation, meaning: DirectiveMeaning): Advice {
  const scheme = /^[^:]*/.exec(blocked?.toLowerCase() ?? '')?.[0] ?? '';
  const what = `${meaning.thing} ${meaning.joint}`;
  if (EXTENSION_SCHEMES.test(scheme)) {
    return {
      what: `${what} an extension of the visitor’s browser`,
      behind: 'The visitor’s own extension. The site has no part in it.',
      next: 'Nothing on the site. Never allow an extension’s address in the policy.',
    };
  }
  if (scheme === '') return unknownAdvice(meaning);
  const source = SCHEME_SOURCES[scheme] && Object.hasOwn(SCHEME_SOURCES, scheme) ? SCHEME_SOURCES[scheme] : undefined;
  return {
    what: `${what} ${source?.what ?? `the scheme ${scheme}:`}`,
    behind: source?.behind ?? 'Usually an app that shows the site inside itself, or software on the visitor’s machine.',
    next: /^(script|object|default|base)/.test(directive)
      ? `Do not allow ${scheme}: here: whoever can write an address into the page could then run code. Serve it from a file of the site.`
      : `When the page needs it, add ${scheme}: to ${directive || 'the directive'} alone, not to default-src.`,
  };
}

const unknownAdvice = ({ thing, joint, behind }: DirectiveMeaning): Advice => ({
  what: `${thing} ${joint} an address that it does not tell`,
  behind,
  next: 'Look at the page and the source below, and open the page in the same browser: its console names the address.',
});

const SCHEME_SOURCES: Readonly<Record<string, { what: string; behind: string }>> = {
  data: {
    what: 'a data: URL, which carries its content in itself',
    behind: 'Usually a small picture or font that a stylesheet or a library carries along.',
  },
  blob: {
    what: 'a blob: URL, which a script of the page made',
    behind: 'Usually a library that makes a worker, a preview or a download in the page.',
  },
  filesystem: {
    what: 'a filesystem: URL, which a script of the page made',
    behind: 'Usually an old library that keeps files in the browser.',
  },
  about: { what: 'an about: page of the browser', behind: 'Usually an empty frame that a script fills.' },
  javascript: {
    what: 'a javascript: URL',
    behind: 'Usually an old link or frame that runs code; an injection likes it too.',
  },
};

function hostAdvice(violation: ExplainedViolation, { thing, joint, behind, next }: DirectiveMeaning) {
  const { blocked, blocked_host, directive, document = null } = violation;
  if (directive === 'frame-ancestors' && document !== null && !reportedAncestor({ blocked, document }))
    return {
      what: `${thing} ${joint} another site, which browsers do not name in reports`,
      behind,
      next: next ?? '',
    };
  return {
    what: `${thing} ${joint} ${blocked_host ?? 'a host that it does not tell'}`,
    behind,
    next:
      next ??
      `Ask who added it. When the page needs it, add the host to ${directive || 'the directive'}; when not, remove what loads it.`,
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
