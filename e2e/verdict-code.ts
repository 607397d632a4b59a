import type { Page } from '@playwright/test';
import type { Violated } from './verdict-loads.ts';
import type { VerdictSite } from './verdict-site.ts';

/** The nonce and a hash of what the page has; no other of a policy is the page's. */
export const NONCE = "'nonce-YWJj'";
const INLINE = 'window.ran = 1';

/** Code of each kind. A violation of code in markup is told of its element. */
const MARKUP = `<script id="script">${INLINE}</script>
<script id="script with a nonce" nonce="YWJj">${INLINE}</script>
<style id="style">p { color: red }</style>
<style id="style with a nonce" nonce="YWJj">p { color: red }</style>
<p id="style attribute" style="color: red"></p>
<button id="handler" onclick="window.clicked = 1"></button>`;

/** What a page does with code, by what the violations are told apart. */
export const CODE_KINDS = [
  'script',
  'script with a nonce',
  'style',
  'style with a nonce',
  'style attribute',
  'handler',
  'added script',
  'javascript: address',
  'eval',
  'new Function',
  'setTimeout of a text',
  'WebAssembly',
] as const;

export type ViolatedByCode = Violated & { kind: string };

/** Opens a page that runs code of every kind under many policies that only report. */
export async function tryCode(page: Page, site: VerdictSite, policies: readonly string[]): Promise<ViolatedByCode[]> {
  await page.addInitScript(() => {
    const violations: unknown[] = [];
    Object.assign(window, { violations, kind: '' });
    addEventListener('securitypolicyviolation', (event) => {
      const { effectiveDirective, blockedURI, documentURI, originalPolicy, disposition, sample, target } = event;
      const kind = Reflect.get(window, 'kind') || (target instanceof Element ? target.id : '');
      violations.push({ kind, effectiveDirective, blockedURI, documentURI, originalPolicy, disposition, sample });
    });
  });
  await page.goto(
    site.address('https://shop.example', { policies: policies.join(', '), disposition: 'report', body: MARKUP }),
  );
  return page.evaluate(async () => {
    const turn = () => new Promise<void>((resolve) => setTimeout(resolve));
    document.querySelector('button')?.click();
    await turn();
    const tries: Record<string, () => unknown> = {
      'added script': () =>
        document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.added = 1' })),
      'javascript: address': async () => {
        const frame = document.createElement('iframe');
        document.body.append(frame);
        frame.src = 'javascript:1';
        await turn();
      },
      eval: () => Reflect.apply(Reflect.get(window, 'eval'), window, ['1']),
      'new Function': () => Reflect.construct(Reflect.get(window, 'Function'), ['return 1']),
      'setTimeout of a text': () => Reflect.apply(setTimeout, window, ['1']),
      WebAssembly: () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
    };
    for (const [kind, run] of Object.entries(tries)) {
      Object.assign(window, { kind });
      await run();
      await turn();
      await turn();
    }
    return Reflect.get(window, 'violations');
  });
}

const HASH_OF_NOTHING = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

const LISTS = [
  "'none'",
  "'self'",
  '*',
  'https:',
  'data:',
  "'unsafe-inline'",
  "'UNSAFE-INLINE'",
  "'unsafe-eval'",
  "'wasm-unsafe-eval'",
  "'wasm-eval'",
  "'unsafe-hashes'",
  "'strict-dynamic'",
  "'unsafe-inline' 'unsafe-eval'",
  `'unsafe-inline' ${NONCE}`,
  `${NONCE} 'strict-dynamic'`,
  `'unsafe-inline' ${HASH_OF_NOTHING}`,
  `'unsafe-hashes' ${HASH_OF_NOTHING}`,
  "'unsafe-inline' 'strict-dynamic'",
  "'unsafe-inline' 'nonce-a+b/c-_=='",
  "'unsafe-inline' 'nonce-a!b'",
  "'unsafe-inline' 'nonce-a.b'",
  "'unsafe-inline' 'nonce-a==='",
  "'unsafe-inline' 'nonce-=a'",
  "'unsafe-inline' 'nonce-'",
  "'unsafe-inline' nonce-YWJj",
  "'unsafe-inline' 'NONCE-x'",
  "'unsafe-inline' 'sha256-x'",
  "'unsafe-inline' 'sha256-abcd'",
  "'unsafe-inline' 'sha256-ab!d'",
  "'unsafe-inline' 'sha256-abcde'",
  "'unsafe-inline' 'SHA384-abcd='",
  "'unsafe-inline' 'sha-512-abcd'",
  "'unsafe-inline' 'sha1-abcd'",
  "'unsafe-inline' 'md5-abcd'",
  "'unsafe-inline' 'none'",
  "'unsafe-inline' 'report-sample'",
  "'trusted-types-eval'",
  'unsafe-inline',
  '"unsafe-inline"',
  "'unsafe-inline",
];

const NAMES = [
  ['default-src'],
  ['script-src', 'style-src'],
  ['script-src-elem', 'script-src-attr', 'style-src-elem', 'style-src-attr'],
];

/** Every list in the directives that are about code, and beside a `default-src` that allows nothing. */
export const CODE_POLICIES: readonly string[] = LISTS.flatMap((list) => [
  ...NAMES.map((names) => names.map((name) => `${name} ${list}`).join('; ')),
  `script-src-elem ${list}; style-src-attr ${list}; default-src 'none'`,
  `script-src ${list}; script-src-elem 'none'; style-src 'none'`,
]);
