import type { Browser } from '@playwright/test';
import { startReceiver } from '../src/testing/receivers.ts';

/** What a browser made of the site's page. */
export type Visit = {
  /** Directive and what was blocked. */
  violations: string[];
  /** Which of the page's parts did their work. */
  works: { widget: boolean; inline: boolean; picture: boolean };
};

export type PolicedSite = AsyncDisposable & {
  /** Where the widget and the picture come from. */
  elsewhere: string;
  /** From now on the page comes with this header. */
  sendHeader(header: string): void;
  visit(browser: Browser): Promise<Visit>;
};

/** The code of the inline script: short enough for a report to show it whole. */
export const INLINE = 'window.inlineRan = true';

const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"></svg>';

/** A site with a script and a picture from another origin, and an inline script. */
export async function startPolicedSite(): Promise<PolicedSite> {
  const other = await startReceiver((response, { path }) => {
    const isScript = path === '/widget.js';
    response
      .writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'image/svg+xml' })
      .end(isScript ? 'window.widgetRan = true' : PICTURE);
  });
  let header = '';
  const site = await startReceiver((response) => {
    const [name = '', value = ''] = header.split(/: (.*)/s);
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...(name && { [name]: value }) })
      .end(
        `<!doctype html><title>Shop</title><script>${INLINE}</script><script src="${other.url}/widget.js"></script><img alt="" src="${other.url}/picture.svg">`,
      );
  });
  return {
    elsewhere: other.url,
    sendHeader(given) {
      header = given;
    },
    async visit(browser) {
      const page = await browser.newPage();
      await page.addInitScript(() => {
        const violations: string[] = [];
        Object.assign(window, { violations });
        addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
          violations.push(`${effectiveDirective} ${blockedURI}`),
        );
      });
      await page.goto(`${site.url}/`, { waitUntil: 'load' });
      const seen = await page.evaluate(() => ({
        violations: Reflect.get(window, 'violations').toSorted(),
        works: {
          widget: Reflect.get(window, 'widgetRan') === true,
          inline: Reflect.get(window, 'inlineRan') === true,
          picture: document.images[0]?.naturalWidth === 8,
        },
      }));
      await page.close();
      return seen;
    },
    async [Symbol.asyncDispose]() {
      await site.close();
      await other.close();
    },
  };
}
