/** What a directive means to somebody who reads its violations. Texts are plain, and fit into sentences. */
export type DirectiveMeaning = {
  /** What it rules over, as a list's entry. */
  governs: string;
  /** What the browser met: "a script", and how a source is joined to it: "from", "to". */
  thing: string;
  joint: 'from' | 'to' | 'of';
  /** What visitors lose when it is stopped. */
  loss: string;
  /** Who is usually behind one that a host or a scheme serves. */
  behind: string;
  /** What to do about one that a host serves, where the advice differs from the general one. */
  next?: string;
};

const MISSING = 'Whatever it does is missing from the page.';
const LOOK = 'The page has lost that part of its look.';
const WITHOUT = 'The page is shown without it.';
const EMPTY_FRAME = 'The frame stays empty.';
const REFUSED = 'The script that asked for it gets an error.';

const TAG =
  'Usually a tag, a widget or a library that somebody added, or a script that another script loads. When nobody knows the host, think of an injection.';
const SHEET = 'Usually the stylesheet of a font service, a widget or a library.';
const FRAME = 'Usually an embedded video, map, payment form or consent dialog.';
const WORKER = 'Usually a library that works in the background, such as a map, an editor or a PDF viewer.';

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
    governs: 'Everything that has no directive of its own in the policy',
    thing: 'something',
    joint: 'from',
    loss: WITHOUT,
    behind: 'The report does not say what kind of thing it was: the page and the source below tell more.',
  },
  'script-src': script('Scripts of every kind'),
  'script-src-elem': script('Scripts of <script> elements'),
  'script-src-attr': script('Code in event handler attributes, such as onclick'),
  'style-src': style('Styles of every kind'),
  'style-src-elem': style('Stylesheets and <style> elements'),
  'style-src-attr': style('The style attributes of elements'),
  'img-src': {
    governs: 'Images and icons',
    thing: 'an image',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually a picture that people put into their content, or the tracking pixel of a tag.',
  },
  'font-src': {
    governs: 'Fonts',
    thing: 'a font',
    joint: 'from',
    loss: LOOK,
    behind: 'Usually the fonts of a font service, a widget or an icon library; extensions bring their own, too.',
  },
  'media-src': {
    governs: 'Audio and video',
    thing: 'audio or video',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually a media server, or a player that puts the film together itself.',
  },
  'connect-src': {
    governs: 'Connections of scripts: fetch, XMLHttpRequest, WebSocket, EventSource, sendBeacon and ping',
    thing: 'a connection',
    joint: 'to',
    loss: REFUSED,
    behind: 'Usually analytics, error tracking, or an API that a script of the page calls.',
  },
  'frame-src': frame('Pages in frames', 'a framed page'),
  'fenced-frame-src': frame('Pages in fenced frames', 'a fenced frame'),
  'child-src': frame('Pages in frames, and workers', 'a framed page or a worker'),
  'worker-src': {
    governs: 'Workers, shared workers and service workers',
    thing: 'a worker',
    joint: 'from',
    loss: 'The work that it does stays undone.',
    behind: WORKER,
  },
  'manifest-src': {
    governs: 'The manifest of a web app',
    thing: 'a manifest',
    joint: 'from',
    loss: 'The site cannot be installed as an app.',
    behind: 'Usually a manifest on another host of the site, or one behind a sign-in that redirects.',
  },
  'object-src': {
    governs: 'What <object> and <embed> show',
    thing: 'an <object> or <embed>',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually an embedded PDF or a very old embed. Today’s pages need none, and injections like it.',
    next: "Replace it by a link or a frame, and keep object-src at 'none'. Allow the host only when nothing else will do.",
  },
  'prefetch-src': {
    governs: 'What is fetched ahead of time (no longer part of CSP)',
    thing: 'a prefetch',
    joint: 'from',
    loss: 'The next page may load a little later.',
    behind: 'Usually a framework that fetches the next page ahead, reported by an old browser.',
  },
  'base-uri': {
    governs: 'Where the <base> element lets relative URLs begin',
    thing: 'a <base> element that points',
    joint: 'to',
    loss: 'Relative URLs go on beginning at the page’s own address.',
    behind:
      'Hardly any page needs <base>. One that points to a foreign host is a known injection: every relative script of the page would come from there.',
    next: 'Find out who wrote the element before anything else. Allow the address only when the page sets it on purpose.',
  },
  'form-action': {
    governs: 'Where forms may be sent',
    thing: 'a form on its way',
    joint: 'to',
    loss: 'The form was not sent.',
    behind:
      'Usually a payment or sign-in page that the form leads to, often only by a redirect. A host that nobody knows may collect what visitors type.',
  },
  'frame-ancestors': {
    governs: 'Who may show the page in a frame',
    thing: 'the page in a frame',
    joint: 'of',
    loss: 'The page is not shown there.',
    behind:
      'A partner or a tool that embeds the page, a preview of a search engine or a mail program, or somebody who tries clickjacking.',
    next: 'Allow the site only when it embeds the page by agreement. Otherwise the policy did its work: mute the group.',
  },
  'navigate-to': {
    governs: 'Where the page may lead (no longer part of CSP)',
    thing: 'a navigation',
    joint: 'to',
    loss: 'The visitor stays on the page.',
    behind: 'Usually a link or a redirect to another site, reported by a browser that tried this directive out.',
  },
  sandbox: {
    governs: 'What the page may do at all, as the sandbox attribute of a frame does',
    thing: 'something that the sandbox forbids',
    joint: 'from',
    loss: REFUSED,
    behind: 'Usually a form, a pop-up or a script of a page that was put into the sandbox on purpose.',
  },
  'plugin-types': {
    governs: 'Which plug-ins run (no longer part of CSP)',
    thing: 'a plug-in',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually an old embed, reported by an old browser.',
  },
  'block-all-mixed-content': {
    governs: 'What an https page loads by plain http (no longer part of CSP)',
    thing: 'something by plain http',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually an old link in somebody’s content.',
    next: 'Write the address with https, or upgrade all of them at once by upgrade-insecure-requests.',
  },
  'upgrade-insecure-requests': {
    governs: 'What an https page loads by plain http: the browser asks by https instead',
    thing: 'something by plain http',
    joint: 'from',
    loss: WITHOUT,
    behind: 'Usually an old link in somebody’s content.',
    next: 'Write the address with https.',
  },
  'require-sri-for': {
    governs: 'What must come with an integrity hash (an experiment of some browsers)',
    thing: 'a file without an integrity attribute',
    joint: 'from',
    loss: MISSING,
    behind: 'Usually a script or stylesheet that was added without its hash.',
    next: 'Give the element an integrity attribute with the file’s hash.',
  },
  'require-trusted-types-for': {
    governs: 'Text that scripts turn into markup or code',
    thing: 'a plain text',
    joint: 'from',
    loss: REFUSED,
    behind: 'Usually a library or a piece of the page that writes to innerHTML, or sets a script’s address from text.',
  },
  'trusted-types': {
    governs: 'Which Trusted Types policies scripts may create',
    thing: 'a Trusted Types policy',
    joint: 'from',
    loss: REFUSED,
    behind: 'Usually a library that brings a policy of its own, or one that is created twice.',
  },
  webrtc: {
    governs: 'Whether the page may open WebRTC connections',
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
  behind: 'The report does not say what kind of thing it was: the page and the source below tell more.',
};

/** What a directive means; of one that no specification names, that nobody knows. */
export const directiveMeaning = (directive: string): DirectiveMeaning =>
  (Object.hasOwn(DIRECTIVES, directive) && DIRECTIVES[directive]) || UNKNOWN;

/** The directives whose meaning is known. */
export const knownDirectives: readonly string[] = Object.keys(DIRECTIVES);
