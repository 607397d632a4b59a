import type { APIRequestContext, Page } from '@playwright/test';
import { FIREFOX, reportViolations, type Violation } from './csp-violations.ts';
import { expect, expectNoAxeViolations, screenshot, test } from './fixtures.ts';

const ADMIN = { email: 'ada@example.com', password: 'correct horse battery' };
const HOUR_MS = 3_600_000;

/** What a site reports in two days: most of it all the time, one thing since its last release, and noise. */
async function reportTwoDays(request: APIRequestContext): Promise<void> {
  const pages = ['orders/7', 'orders/8', 'dashboards/42', 'settings', 'login'].map(
    (path) => `https://app.example.com/${path}`,
  );
  const often: Violation[] = [
    { blocked: 'https://www.tags.example/gtm.js' },
    { directive: 'img-src', blocked: 'https://pixel.example.net/p.gif' },
    { directive: 'connect-src', blocked: 'https://errors.example.org/api/envelope' },
    { directive: 'style-src-elem', blocked: 'https://fonts.example.com/css2' },
    { directive: 'style-src-attr', blocked: 'inline', sample: 'color: red' },
    { directive: 'script-src', blocked: 'eval', sample: 'new Function("return this")()', disposition: 'enforce' },
    { directive: 'font-src', blocked: 'https://fonts.example.com/inter.woff2' },
  ];
  const violations = often.flatMap((violation, kind) =>
    Array.from({ length: 48 - 5 * kind }, (_, index): Violation => {
      const hours = (index * (kind + 1) * 7) % 47;
      return {
        ...violation,
        page: pages[(index + kind) % pages.length] ?? '',
        ...(index % 3 === 0 && { userAgent: FIREFOX }),
        ageMs: hours * HOUR_MS + 60_000,
      };
    }),
  );
  const released = Array.from({ length: 26 }, (_, index): Violation => {
    return {
      blocked: 'https://cdn.widgets.example/chat.js',
      page: pages[index % 3] ?? '',
      disposition: 'enforce',
      ageMs: (index % 5) * HOUR_MS + 120_000,
      ...(index % 4 === 0 && { userAgent: FIREFOX }),
    };
  });
  const noise = Array.from({ length: 37 }, (_, index): Violation => {
    return { blocked: 'chrome-extension://x/inject.js', ageMs: (index + 0.5) * HOUR_MS };
  });
  await reportViolations(request, [...violations, ...released, ...noise]);
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/connectors');
}

test('a newcomer is led to the set-up, and sees the first reports come in', { tag: '@pictures' }, async ({
  openPage,
  withConsole,
}) => {
  const env = { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, CSP_MODE: 'enforce' };
  await withConsole(env, async ({ url }) => {
    const page = await openPage({ baseURL: url, deviceScaleFactor: 2, viewport: { width: 1280, height: 800 } });
    await signIn(page);

    await test.step('an empty page says what would be here, and where to begin', async () => {
      await page.getByRole('link', { name: 'CSP reports' }).click();
      await expect(page.getByRole('heading', { name: 'No reports yet' })).toBeVisible();
      await expect(page.getByRole('link', { name: 'Set up and test' })).toHaveAttribute('href', '/csp/set-up');
      await expectNoAxeViolations(page);
    });

    await test.step('the first reports appear without a reload', async () => {
      await reportTwoDays(page.request);
      const fresh = page.getByRole('region', { name: 'New since yesterday' });
      await expect(fresh.getByRole('row').filter({ hasText: 'cdn.widgets.example' })).toContainText('Blocked');
      await expect(fresh.getByRole('row')).toHaveCount(2);
      await expect(page.getByText('24 hidden as noise')).toBeVisible();
      await expect(page.locator('.recharts-wrapper')).toBeVisible();
      await expectNoAxeViolations(page);
      await screenshot(page, 'csp-overview');
    });

    await test.step('and lead to what they mean', async () => {
      await page.getByRole('region', { name: 'New since yesterday' }).getByRole('link').click();
      await expect(page.getByRole('heading', { name: 'cdn.widgets.example', level: 1 })).toBeVisible();
      await expect(page.getByRole('region', { name: 'How to allow it' })).toContainText('Medium risk');
      await expectNoAxeViolations(page);
    });
  });
});
