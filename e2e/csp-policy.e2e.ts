import type { Page } from '@playwright/test';
import { POLICY, reportViolations, type Violation } from './csp-violations.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';
import { INLINE, startPolicedSite } from './policed-site.ts';

const ADMIN = { email: 'ada@example.com', password: 'correct horse battery' };
const ENV = { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, CSP_MODE: 'enforce' };

const policyField = (page: Page) => page.getByRole('textbox', { name: 'Your policy' });
const groupOf = (page: Page, text: string) =>
  page.getByRole('list', { name: 'Groups' }).getByRole('listitem').filter({ hasText: text });
const difference = (page: Page) => page.getByRole('region', { name: 'Difference' });

const choose = (page: Page, group: string, label: string) =>
  page.getByRole('radiogroup', { name: group }).getByText(label, { exact: true }).click();

/** Before its console ends: a page goes on fetching the pages that it leads to. */
const leave = (page: Page) => page.context().close();

async function openWorkbench(page: Page, url: string): Promise<void> {
  const answer = await page.request.post('/api/auth/sign-in/email', { data: ADMIN, headers: { origin: url } });
  expect(answer.status()).toBe(200);
  await page.goto('/csp/policy');
}

test('a newcomer has a policy read before the first report', async ({ openPage, withConsole }) => {
  await withConsole(ENV, async ({ url }) => {
    const page = await openPage({ baseURL: url });
    await openWorkbench(page, url);

    await test.step('an empty page says what would be here, and offers a beginning', async () => {
      await expect(page.getByText('No reports to test against yet')).toBeVisible();
      await expect(page.getByRole('link', { name: 'Set up and test' })).toHaveAttribute('href', '/csp/set-up');
      await expectNoAxeViolations(page);
      await page.getByRole('button', { name: 'Start from a strict policy' }).click();
      await expect(policyField(page)).toHaveValue(/'strict-dynamic'/);
    });

    await test.step('a policy that was pasted as nginx has it is read, and its weak parts are told', async () => {
      await policyField(page).fill(`add_header Content-Security-Policy "script-src self 'unsafe-inline' *" always;`);
      const warnings = page.getByRole('list', { name: 'Warnings' });
      await expect(warnings).toContainText("'unsafe-inline' allows every inline script");
      await expect(warnings).toContainText('* allows scripts from any host');
      await expect(warnings).toContainText("Write 'self'.");
      await expect(warnings).toContainText('has no base-uri');
    });

    await test.step('and what was typed survives a reload, without having been sent', async () => {
      const sent: string[] = [];
      page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
      await policyField(page).fill("default-src 'self' https://only-here.example");
      await expect(page.getByRole('region', { name: 'Text to copy' })).toContainText('only-here.example');
      await page.reload();
      await expect(policyField(page)).toHaveValue("default-src 'self' https://only-here.example");
      expect(sent.filter((request) => request.includes('only-here'))).toEqual([]);
      await page.getByRole('button', { name: 'Clear' }).click();
      await expect(policyField(page)).toHaveValue('');
    });
    await leave(page);
  });
});

test('a policy that was seen in reports is changed until a real browser has nothing to report', async ({
  openPage,
  withConsole,
  browser,
}) => {
  test.setTimeout(120_000);
  await using site = await startPolicedSite();
  await withConsole(ENV, async ({ url }) => {
    const origin = site.elsewhere;
    site.sendHeader(
      `Content-Security-Policy: default-src 'self'; script-src 'self' 'report-sample'; base-uri 'none'; report-uri ${url}/api/csp-report?d=enforce`,
    );
    expect(await site.visit(browser)).toEqual({
      violations: [`img-src ${origin}/picture.svg`, `script-src-elem ${origin}/widget.js`, 'script-src-elem inline'],
      works: { widget: false, inline: false, picture: false },
    });
    const page = await openPage({ baseURL: url });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openWorkbench(page, url);

    await test.step('the policy is picked', async () => {
      const policies = page.getByRole('list', { name: 'Policies seen in reports' });
      await expect(async () => {
        await page.reload();
        await expect(policies.getByRole('listitem').filter({ hasText: 'report-sample' })).toContainText('3 reports', {
          timeout: 2_000,
        });
      }).toPass();
      await page.getByRole('button', { name: 'Use the policy' }).click();
      await expect(policyField(page)).toHaveValue(
        "default-src 'self'; script-src 'self' 'report-sample'; base-uri 'none'",
      );
      await expect(page.getByRole('status').filter({ hasText: 'Of 3 reports' })).toHaveText(
        'Of 3 reports, this policy would still report 3 in 3 groups.',
      );
    });

    await test.step('groups are ticked, each in its way', async () => {
      await page.getByRole('checkbox', { name: `Allow ${new URL(origin).host} in script-src-elem` }).check();
      await page.getByRole('checkbox', { name: `Allow ${new URL(origin).host} in img-src` }).check();
      await page.getByRole('checkbox', { name: 'Allow Inline script in script-src-elem' }).check();
      await groupOf(page, INLINE)
        .getByRole('radio', { name: /'sha256-/ })
        .check();
    });

    await test.step('the proposal shows what is added, and what that gives away', async () => {
      const added = difference(page).getByRole('insertion');
      await expect(added).toHaveText([origin, /^'sha256-[\w+/]{43}='$/, 'img-src', "'self'", origin]);
      const changes = page.getByRole('list', { name: 'Changes' });
      await expect(changes.getByRole('listitem').filter({ hasText: `script-src${origin}` })).toContainText(
        'Without TLS, so can anyone on the network.',
      );
      await expect(page.getByRole('status').filter({ hasText: 'Of 3 reports' })).toContainText(
        'The proposed policy would still report 0 in 0 groups; 1 in 1 group depend on the page.',
      );
    });

    await test.step('and what is copied is the header under which the page works', async () => {
      await choose(page, 'Mode', 'Enforce');
      await page.getByRole('button', { name: 'Copy header' }).click();
      const header = await page.evaluate(() => navigator.clipboard.readText());
      expect(header).toMatch(/^Content-Security-Policy: default-src 'self'; script-src 'self' 'report-sample' http/);
      expect(header).toContain(`report-uri ${url}/api/csp-report?d=enforce`);
      site.sendHeader(header);
      expect(await site.visit(browser)).toEqual({
        violations: [],
        works: { widget: true, inline: true, picture: true },
      });
    });

    await test.step('it can be gone on from', async () => {
      await page.getByRole('button', { name: 'Apply changes' }).click();
      await expect(policyField(page)).toHaveValue(/img-src 'self' http/);
      await expect(page.getByText('Select a group above to allow it')).toBeVisible();
    });

    await test.step('with very many groups it says which ones it looked at', async () => {
      const many = Array.from(
        { length: 220 },
        (_, index): Violation => ({ blocked: `https://host${index}.example/x.js` }),
      );
      await reportViolations(page.request, many);
      await expect(async () => {
        await page.reload();
        await expect(page.getByText('Only the 200 groups with the most reports')).toBeVisible({ timeout: 3_000 });
      }).toPass();
      await page.getByRole('button', { name: 'Load more' }).click();
      await expect(page.getByRole('status').filter({ hasText: 'Of 223 reports' })).toBeVisible();
      await expect(page.getByText('Only the')).toHaveCount(0);
    });
    await leave(page);
  });
});

/** What a shop reports while it makes its policy. */
const SHOP: Violation[] = [
  { blocked: 'https://www.tags.example/gtm.js' },
  { blocked: 'https://cdn.jsdelivr.net/npm/widget.js' },
  { directive: 'img-src', blocked: 'https://pixel.example.net/p.gif' },
  { directive: 'connect-src', blocked: 'https://errors.example.org/api/envelope' },
  { directive: 'style-src-attr', sample: 'color: red' },
  { directive: 'script-src', blocked: 'eval', sample: 'new Function("return this")()' },
  { directive: 'font-src', blocked: 'https://fonts.example.com/inter.woff2' },
  { blocked: 'chrome-extension://x/inject.js' },
];

test('the workbench tells of each change what it gives away, and leaves noise out', async ({
  openPage,
  withConsole,
}) => {
  await withConsole(ENV, async ({ url }) => {
    const page = await openPage({ baseURL: url, deviceScaleFactor: 2, viewport: { width: 1280, height: 800 } });
    await reportViolations(
      page.request,
      SHOP.flatMap((violation, index) => Array.from({ length: 40 - 4 * index }, () => violation)),
    );
    await openWorkbench(page, url);
    await page.getByRole('button', { name: 'Use the policy' }).click();

    await test.step('most reports first, with what would allow them', async () => {
      await expect(page.getByRole('list', { name: 'Groups' }).getByRole('listitem')).toHaveCount(7);
      await expect(groupOf(page, 'www.tags.example')).toContainText('Medium risk');
      await expect(groupOf(page, 'cdn.jsdelivr.net')).toContainText('serves any package that anyone publishes');
      await expect(groupOf(page, 'Code made of text')).toContainText('High risk');
    });

    await test.step('noise is looked at when asked for, and is never to be allowed', async () => {
      await page.getByRole('combobox', { name: 'Noise' }).click();
      await page.getByRole('option', { name: 'Include noise' }).click();
      const noise = groupOf(page, 'chrome-extension:');
      await expect(noise).toContainText('Don’t allow this.');
      await expect(noise.getByRole('checkbox')).toHaveCount(0);
      await page.getByRole('combobox', { name: 'Noise' }).click();
      await page.getByRole('option', { name: 'Exclude noise' }).click();
      await expect(noise).toHaveCount(0);
    });

    await test.step('every form can be copied', async () => {
      for (const [form, begin] of [
        ['nginx', 'add_header Content-Security-Policy-Report-Only "default-src'],
        ['Apache', 'Header always set Content-Security-Policy-Report-Only "default-src'],
        ['next.config', 'headers: async () => ['],
        ['Meta element', '<meta http-equiv="Content-Security-Policy" content="default-src'],
        ['Header', 'Content-Security-Policy-Report-Only: default-src'],
      ] as const) {
        await choose(page, 'Form', form);
        await expect(page.getByRole('region', { name: 'Text to copy' })).toContainText(begin);
      }
    });

    await test.step('words that no report tells of are told from those that would let some through', async () => {
      await policyField(page).fill(`${POLICY}; connect-src https://errors.example.org`);
      const words = page.getByRole('region', { name: 'What each source allows' });
      await expect(words.getByText('https://errors.example.org')).toContainText('28');
      await expect(words.getByText('https://cdn.example.com')).toContainText(': no reports');
    });

    await policyField(page).fill(POLICY);
    await page.getByRole('checkbox', { name: 'Allow www.tags.example' }).check();
    await page.getByRole('checkbox', { name: 'Allow pixel.example.net' }).check();
    await expect(page.getByRole('list', { name: 'Changes' }).getByRole('listitem')).toHaveCount(2);
    await expectNoAxeViolations(page);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await leave(page);
  });
});
