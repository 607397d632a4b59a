/** What a directive means, to explain its violations. The texts are parts of sentences. */
export type DirectiveMeaning = {
  /** What it applies to. */
  governs: string;
  /** What the browser found, such as "a script", and the preposition before its source. */
  thing: string;
  joint: 'from' | 'to' | 'of';
  /** What visitors lose if it is blocked. */
  loss: string;
  /** The usual cause if it comes from a host or a scheme. */
  behind: string;
  /** What to do if it comes from a host, where the advice differs from the general one. */
  next?: string;
};

const MISSING = 'Its functionality is missing from the page.';
const LOOK = 'The page is missing some of its styling.';
const WITHOUT = 'The page is shown without it.';
const EMPTY_FRAME = 'The frame stays empty.';
const REFUSED = 'The script that requested it gets an error.';

const TAG =
  'Usually a tag, a widget, or a library that somebody added, or a script that another script loads. If nobody knows the host, check for an injection.';
const SHEET = 'Usually the stylesheet of a font service, a widget, or a library.';
const FRAME = 'Usually an embedded video, map, payment form, or consent dialog.';
const WORKER = 'Usually a library that works in the background, such as a map, an editor, or a PDF viewer.';

const script = (governs: string): DirectiveMeaning => ({
  governs,
  thing: 'a script',
  joint: 'from',
  loss: MISSING,
  behind: TAG,
});
const style = (governs: string): DirectiveMeaning => ({
  governs,
  thing: 'a stylesheet',
  joint: 'from',
  loss: LOOK,
  behind: SHEET,
});
const frame = (governs: string, thing: string): DirectiveMeaning => ({
  governs,
  thing,
  joint: 'from',
  loss: EMPTY_FRAME,
  behind: FRAME,
});

/** The directives of CSP Level 3 (§6), of the specifications that extend it, and those that browsers still report. */
const DIRECTIVES: Readonly<Record<string, DirectiveMeaning>> = {
  'default-src': {
    governs: 'Everything without a directive of its own in the policy',
    thing: 'something',
    joint: 'from',
    loss: WITHOUT,
    behind: 'The report doesn’t say what kind of resource it was. The page and the source below can help to find out.',
  },
  'script-src': script('All scripts'),
  'script-src-elem': script('Scripts in <script> elements'),
  'script-src-attr': script('Code in event handler attributes, such as onclick'),
  'style-src': style('All styles'),
  'style-src-elem': style('Stylesheets and <style> elements'),
  'style-src-attr': style('Style attributes'),
  'img-src': {
    governs: 'Images and icons',
    thing: 'an image',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually an image in content that people wrote, or a tracking pixel.',
  },
  'font-src': {
    governs: 'Fonts',
    thing: 'a font',
    joint: 'from',
    loss: LOOK,
    behind: 'Usually fonts from a font service, a widget, or an icon library. Browser extensions also load fonts.',
  },
  'media-src': {
    governs: 'Audio and video',
    thing: 'audio or video',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually a media server, or a player that assembles the video itself.',
  },
  'connect-src': {
    governs: 'Connections made by scripts: fetch, XMLHttpRequest, WebSocket, EventSource, sendBeacon, and ping',
    thing: 'a connection',
    joint: 'to',
    loss: REFUSED,
    behind: 'Usually analytics, error tracking, or an API that a script on the page calls.',
  },
  'frame-src': frame('Pages in frames', 'a framed page'),
  'fenced-frame-src': frame('Pages in fenced frames', 'a fenced frame'),
  'child-src': frame('Pages in frames, and workers', 'a framed page or a worker'),
  'worker-src': {
    governs: 'Workers, shared workers, and service workers',
    thing: 'a worker',
    joint: 'from',
    loss: 'The worker doesn’t run.',
    behind: WORKER,
  },
  'manifest-src': {
    governs: 'The manifest of a web app',
    thing: 'a manifest',
    joint: 'from',
    loss: 'The site cannot be installed as an app.',
    behind: 'Usually a manifest on another host of the site, or one behind a sign-in page that redirects.',
  },
  'object-src': {
    governs: 'Content of <object> and <embed>',
    thing: 'an <object> or <embed>',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually an embedded PDF or a very old plugin. Modern pages don’t need it, and injections use it.',
    next: "Replace it with a link or a frame, and keep object-src 'none'. Allow the host only if there is no alternative.",
  },
  'prefetch-src': {
    governs: 'Prefetched resources (no longer part of CSP)',
    thing: 'a prefetch',
    joint: 'from',
    loss: 'The next page may load a little later.',
    behind: 'Usually a framework that prefetches the next page, reported by an old browser.',
  },
  'base-uri': {
    governs: 'The base URL that the <base> element can set',
    thing: 'a <base> element that points',
    joint: 'to',
    loss: 'Relative URLs are still resolved against the page’s own URL.',
    behind:
      'Hardly any page needs <base>. If it points to an unknown host, it’s probably an injection: every script with a relative URL would be loaded from there.',
    next: 'First find out where the element comes from. Allow the URL only if the page sets it on purpose.',
  },
  'form-action': {
    governs: 'Where forms can be submitted',
    thing: 'a form submission',
    joint: 'to',
    loss: 'The form isn’t submitted.',
    behind:
      'Usually a payment or sign-in page that the form leads to, often through a redirect. An unknown host may be collecting what visitors type.',
  },
  'frame-ancestors': {
    governs: 'Sites that can embed the page in a frame',
    thing: 'the page in a frame',
    joint: 'of',
    loss: 'The page isn’t shown there.',
    behind:
      'A partner or a tool that embeds the page, a preview in a search engine or a mail program, or a clickjacking attempt.',
    next: 'Allow the site only if you agreed to the embedding. Otherwise, the policy works as intended, and you can mute the group.',
  },
  'navigate-to': {
    governs: 'Where the page can navigate to (no longer part of CSP)',
    thing: 'a navigation',
    joint: 'to',
    loss: 'The visitor stays on the page.',
    behind:
      'Usually a link or a redirect to another site, reported by a browser that supported this experimental directive.',
  },
  sandbox: {
    governs: 'What the page can do, like the sandbox attribute of a frame',
    thing: 'something that the sandbox forbids',
    joint: 'from',
    loss: REFUSED,
    behind: 'Usually a form, a pop-up, or a script on a page that is sandboxed on purpose.',
  },
  'plugin-types': {
    governs: 'Which plug-ins run (no longer part of CSP)',
    thing: 'a plug-in',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually an old plugin, reported by an old browser.',
  },
  'block-all-mixed-content': {
    governs: 'HTTP resources on HTTPS pages (no longer part of CSP)',
    thing: 'something over HTTP',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually an old link in somebody’s content.',
    next: 'Change the URL to https, or upgrade all URLs at once with upgrade-insecure-requests.',
  },
  'upgrade-insecure-requests': {
    governs: 'HTTP resources on HTTPS pages, which the browser requests over HTTPS instead',
    thing: 'something over HTTP',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually an old link in somebody’s content.',
    next: 'Change the URL to https.',
  },
  'require-sri-for': {
    governs: 'Resources that must have an integrity hash (experimental in some browsers)',
    thing: 'a file without an integrity attribute',
    joint: 'from',
    loss: MISSING,
    behind: 'Usually a script or stylesheet that was added without its hash.',
    next: 'Give the element an integrity attribute with the file’s hash.',
  },
  'require-trusted-types-for': {
    governs: 'Strings that scripts turn into markup or code',
    thing: 'a plain string',
    joint: 'from',
    loss: REFUSED,
    behind: 'Usually a library or code on the page that writes to innerHTML, or sets a script’s URL from a string.',
  },
  'trusted-types': {
    governs: 'Trusted Types policies that scripts can create',
    thing: 'a Trusted Types policy',
    joint: 'from',
    loss: REFUSED,
    behind: 'Usually a library with its own policy, or a policy that is created twice.',
  },
  webrtc: {
    governs: 'WebRTC connections',
    thing: 'a WebRTC connection',
    joint: 'to',
    loss: REFUSED,
    behind: 'Usually a call or chat widget.',
  },
};

const UNKNOWN: DirectiveMeaning = {
  governs: 'A directive that is not in CSP Level 3',
  thing: 'something',
  joint: 'from',
  loss: WITHOUT,
  behind: 'The report doesn’t say what kind of resource it was. The page and the source below can help to find out.',
};

/** What a directive means, with a general description for unknown ones. */
export const directiveMeaning = (directive: string): DirectiveMeaning =>
  (Object.hasOwn(DIRECTIVES, directive) && DIRECTIVES[directive]) || UNKNOWN;

/** The directives whose meaning is known. */
export const knownDirectives: readonly string[] = Object.keys(DIRECTIVES);
