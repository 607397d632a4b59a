import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { makeCertificate } from '../src/testing/certificate.ts';
import { type CspLogLine, readLogFiles } from '../src/testing/log-files.ts';
import { closedPort } from '../src/testing/receivers.ts';
import { startTlsFront, type TlsFront } from '../src/testing/tls-front.ts';
import { chromiumOptions } from './chromium.ts';
import { runConsole } from './console-under-test.ts';
import { findFirefox, startFirefox } from './firefox.ts';
import { startViolatingSite, type ViolatingSite, violationsOf } from './violating-site.ts';

test.use({ launchOptions: chromiumOptions('--ignore-certificate-errors') });

type Setting = {
  /** The console behind TLS, as people reach it. */
  front: TlsFront;
  /** A site by plain http, whose reports go to the console directly. */
  plain: ViolatingSite;
  /** A site by https. */
  secure: ViolatingSite;
  certificate: ReturnType<typeof makeCertificate>;
  log: () => CspLogLine[];
};

async function withSites(use: (setting: Setting) => Promise<void>): Promise<void> {
  const certificate = makeCertificate(['localhost', '127.0.0.1']);
  const port = await closedPort();
  await using front = await startTlsFront(port, certificate);
  const env = { PORT: String(port), PUBLIC_URL: front.url, TRUST_PROXY: '1' };
  await runConsole(env, async ({ dataDir }) => {
    await using plain = await startViolatingSite(`http://localhost:${port}`);
    await using secure = await startViolatingSite(front.url, certificate);
    await use({ front, plain, secure, certificate, log: () => readLogFiles(join(dataDir, 'csp-log')) });
  });
}

/** Visits every kind of page with a browser, and sees what the console's log has of it. */
async function seeReportsOf(browser: string, visit: (url: string) => Promise<unknown>, setting: Setting) {
  const { plain, secure, front, log } = setting;
  for (const [site, way] of [
    [plain, 'report-uri'],
    [secure, 'report-uri'],
    [secure, 'report-to'],
  ] as const) {
    for (const disposition of ['report', 'enforce'] as const) {
      const address = site.addressOf(way, disposition);
      await test.step(address, async () => {
        await visit(address);
        await expect(() => expect(violationsOf(log(), address)).toEqual(site.violations)).toPass({ timeout: 30_000 });
        for (const { csp } of log().filter((line) => line.csp?.document === address)) {
          expect(csp).toMatchObject({ disposition, form: way, browser, noise: null });
        }
      });
    }
  }
  // The old way needs no permission (Fetch §4.8 knows its content type), the new one asks for it.
  const asked = front.passed.filter(({ method }) => method === 'OPTIONS');
  expect(asked.length).toBeGreaterThan(0);
  for (const { headers, status, answered } of asked) {
    expect(headers).toMatchObject({
      origin: secure.url,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    });
    expect(status).toBe(204);
    expect(answered).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '86400',
    });
  }
  expect(log().filter(({ type }) => type === 'csp_report_malformed')).toEqual([]);
}

test('reports of Chromium on another origin arrive, by both ways and in both modes', async ({ browser }) => {
  test.setTimeout(180_000);
  await withSites(async (setting) => {
    const page = await browser.newPage();
    const name = `Chrome ${parseInt(browser.version(), 10)}`;
    await seeReportsOf(name, (url) => page.goto(url), setting);

    await test.step('and by https the console’s own pages report the new way', async () => {
      const address = `${setting.front.url}/sign-in`;
      await page.goto(address);
      await addInlineStyle(page);
      await expect.poll(() => violationsOf(setting.log(), address)).toEqual([['style-src-elem', 'inline', null]]);
      expect(setting.log().find(({ csp }) => csp?.document === address)?.csp).toMatchObject({
        disposition: 'enforce',
        form: 'report-to',
      });
    });
    await page.close();
  });
});

const addInlineStyle = (page: Page) =>
  page.evaluate(() => {
    const style = document.createElement('style');
    style.append('body { color: teal }');
    document.head.append(style);
  });

test('reports of Firefox on another origin arrive, by both ways and in both modes', async () => {
  const program = findFirefox();
  test.skip(!program, 'Firefox is not installed');
  test.setTimeout(180_000);
  await withSites(async (setting) => {
    const { front, secure, certificate } = setting;
    const trusted = [front, secure].map(({ url }) => ({ url, cert: certificate.cert }));
    await using firefox = await startFirefox(program ?? '', trusted);
    await seeReportsOf(firefox.name, firefox.visit, setting);
  });
});
