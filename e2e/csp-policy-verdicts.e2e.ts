import { type Browser, expect, type Page, test } from '@playwright/test';
import { matchPolicies } from '../src/core/csp-policy-match.ts';
import type { ReportedViolation } from '../src/core/csp-policy-verdict.ts';

const SOURCES = [
  '*',
  "'none'",
  "'self'",
  'a.example',
  'http://a.example',
  'https://a.example',
  'HTTPS://A.EXAMPLE',
  'ws://a.example',
  'http:',
  'https:',
  'wss:',
  'a.example:80',
  'a.example:443',
  'http://a.example:80',
  'https://a.example:80',
  'a.example:8443',
  'http://a.example:8443',
  'a.example:*',
  '*.a.example',
  '*.example',
  'https://*',
  '*:8443',
  'a.example/dir/',
  'a.example/dir',
  'a.example/DIR/',
  'a.example/dir/%66',
  'a.example/',
  '127.0.0.1:*',
  'data:',
  'blob:',
  'https:a.example',
  '*://a.example',
  '//a.example',
];
const URLS = [
  'http://a.example/x',
  'https://a.example/x',
  'https://a.example:8443/x',
  'http://a.example:8080/x',
  'https://b.a.example/x',
  'https://127.0.0.1:444/x',
  'https://a.example/dir',
  'https://a.example/dir/',
  'https://a.example/di%72/f?q=1',
  'https://shop.example/y',
  'http://shop.example/y',
  'https://shop.example:8443/y',
  'data:text/plain,x',
  'blob:',
];

/** A page of an origin that only this browser knows; nothing leaves the machine. */
async function openPage(browser: Browser, address: string, policy: () => string, body = ''): Promise<Page> {
  const context = await browser.newContext();
  await context.route('**/*', (route) =>
    route.request().url() === address
      ? route.fulfill({
          headers: { 'content-security-policy': policy(), 'content-type': 'text/html' },
          body: `<!doctype html><title>Shop</title>${body}`,
        })
      : route.fulfill({ headers: { 'access-control-allow-origin': '*' }, body: '' }),
  );
  return context.newPage();
}

/** Which of the addresses the page's policy lets it fetch. */
const fetchable = (page: Page, urls: readonly string[]) =>
  page.evaluate(async (all) => {
    const blocked: string[] = [];
    for (const url of all) {
      const asked = url === 'blob:' ? URL.createObjectURL(new Blob(['x'])) : url;
      const listener = () => blocked.push(url);
      document.addEventListener('securitypolicyviolation', listener);
      await fetch(asked, { mode: 'no-cors' }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve));
      document.removeEventListener('securitypolicyviolation', listener);
    }
    return all.filter((url) => !blocked.includes(url));
  }, urls);

for (const address of ['https://shop.example/', 'http://shop.example/', 'https://shop.example:8443/']) {
  test(`Chromium on ${address} lets through what the verdicts say`, async ({ browser }) => {
    let policy = '';
    const page = await openPage(browser, address, () => policy);
    for (const source of SOURCES) {
      policy = `connect-src ${source}`;
      await page.goto(address);
      const reported = URLS.map((url): ReportedViolation => {
        const kind = /^(data|blob):/.test(url) ? 'scheme' : 'host';
        return { directive: 'connect-src', blocked_kind: kind, blocked: url, blocked_host: null, document: address };
      });
      const verdicts = reported.map((violation) => matchPolicies(policy, violation).verdict);
      const through = await fetchable(page, URLS);
      const sure = URLS.filter((_, index) => verdicts[index] !== 'unknown');
      expect(
        through.filter((url) => sure.includes(url)),
        policy,
      ).toEqual(URLS.filter((_, index) => verdicts[index] === 'allowed'));
    }
    await page.context().close();
  });
}

/** Inline code of each kind; it says so when it runs. */
const INLINE = `<script>window.scriptRan = true</script>
<style>#element { color: rgb(1, 2, 3) }</style>
<p id="element"></p>
<p id="attribute" style="color: rgb(1, 2, 3)"></p>
<button onclick="window.handlerRan = true"></button>`;

const CODE = ['script-src-elem', 'script-src-attr', 'style-src-elem', 'style-src-attr'] as const;

test('Chromium runs the inline code that the verdicts say', async ({ browser }) => {
  let policy = '';
  const address = 'https://shop.example/';
  const page = await openPage(browser, address, () => policy, INLINE);
  for (const sources of [
    "'unsafe-inline'",
    "'self'",
    "'unsafe-inline' 'nonce-x'",
    "'unsafe-inline' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'unsafe-inline' 'strict-dynamic'",
    "'unsafe-hashes' 'nonce-x'",
    "'UNSAFE-INLINE'",
  ]) {
    for (const names of [
      ['default-src'],
      ['script-src', 'style-src'],
      CODE,
      ['script-src-elem', 'style-src-attr', 'default-src'],
    ]) {
      policy = names
        .map((name) => `${name} ${name === 'default-src' && names.length > 1 ? "'none'" : sources}`)
        .join('; ');
      await page.goto(address);
      const ran = await page.evaluate(() => {
        const color = (id: string) => getComputedStyle(document.getElementById(id) ?? document.body).color;
        document.querySelector('button')?.click();
        return {
          'script-src-elem': Reflect.get(window, 'scriptRan') === true,
          'script-src-attr': Reflect.get(window, 'handlerRan') === true,
          'style-src-elem': color('element') === 'rgb(1, 2, 3)',
          'style-src-attr': color('attribute') === 'rgb(1, 2, 3)',
        };
      });
      for (const directive of CODE) {
        const violation = {
          directive,
          blocked_kind: 'inline',
          blocked: 'inline',
          blocked_host: null,
          document: address,
        } as const;
        // No nonce and no hash of these policies is the page's.
        expect(matchPolicies(policy, violation).verdict === 'allowed', `${directive} under ${policy}`).toBe(
          ran[directive],
        );
      }
    }
  }
  await page.context().close();
});
