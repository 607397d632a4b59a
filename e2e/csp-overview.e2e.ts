import { createTestOrganization, createTestUser } from '../src/testing/test-platform.ts';
import { FIREFOX, reportViolations, uniqueHost } from './csp-violations.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';
import { expectStill, watchShifts, whileWaiting } from './layout-shift.ts';

const MINUTE_MS = 60_000;

test('what browsers report appears in groups, and is narrowed in the page’s address', async ({ signedIn: page }) => {
  const host = uniqueHost('cdn');
  const tag = { blocked: `https://${host}/tag.js` };
  await reportViolations(page.request, [
    { ...tag, page: 'https://app.example.com/orders/7' },
    { ...tag, page: 'https://app.example.com/orders/8', userAgent: FIREFOX, ageMs: 90 * MINUTE_MS },
    { ...tag, disposition: 'enforce' },
    { directive: 'img-src', blocked: `https://${host}/pixel.gif`, ageMs: 3 * MINUTE_MS },
  ]);
  await page.goto('/csp');
  await expect(page).toHaveTitle('CSP reports · Honeyframe');
  const groups = page.getByRole('table', { name: 'Groups', exact: true });
  const rows = groups.getByRole('row').filter({ hasText: host });
  const search = page.getByLabel('Search violations');

  await test.step('by a text, which survives a reload', async () => {
    await search.fill(host);
    await expect(page).toHaveURL(`/csp?q=${host}`);
    await expect(rows).toHaveCount(2);
    await page.reload();
    await expect(search).toHaveValue(host);
    await expect(rows).toHaveCount(2);
    await expect(rows.first()).toContainText(/Blocked ?1 ?Would block ?2/);
    await expect(rows.first()).toContainText(/3 ?1 page/);
    await expect(rows.first()).toContainText(/Chrome 156 ?Firefox 153|Firefox 153 ?Chrome 156/);
    await expect(page.getByRole('status').filter({ hasText: '4 reports' })).toBeVisible();
    await expectNoAxeViolations(page);
  });

  await test.step('what is new since yesterday stands first', async () => {
    const fresh = page.getByRole('region', { name: 'New since yesterday' });
    await expect(fresh.getByRole('row').filter({ hasText: host })).toHaveCount(2);
    await expect(rows.first()).toContainText('New');
  });

  await test.step('by its disposition and directive', async () => {
    await page.getByRole('combobox', { name: 'Disposition' }).click();
    await page.getByRole('option', { name: 'Blocked' }).click();
    await expect(rows).toHaveCount(1);
    await page.getByRole('combobox', { name: 'Disposition' }).click();
    await page.getByRole('option', { name: 'Any disposition' }).click();
    await page.getByRole('button', { name: /^img-src/ }).click();
    await expect(page).toHaveURL(/directive=img-src/);
    await expect(rows).toHaveCount(1);
    await page.getByRole('button', { name: /^img-src/ }).click();
    await expect(rows).toHaveCount(2);
  });

  await test.step('by a browser and a page, applied together and taken away one by one', async () => {
    await page.getByRole('button', { name: 'More filters' }).click();
    await page.getByLabel('Browser', { exact: true }).fill('Firefox');
    await page.getByLabel('Page', { exact: true }).fill('/orders/8');
    await expectNoAxeViolations(page);
    await page.getByLabel('Page', { exact: true }).press('Enter');
    await expect(page).toHaveURL(/document=%2Forders%2F8&browser=Firefox|browser=Firefox&document=%2Forders%2F8/);
    await expect(rows).toHaveCount(1);
    await page.getByRole('button', { name: 'Remove the filter Page' }).click();
    await page.getByRole('button', { name: 'Remove the filter Browser' }).click();
    await expect(rows).toHaveCount(2);
  });

  await test.step('by a bar of the chart, or its row in the table', async () => {
    await page.getByText('Show as a table').click();
    const bars = page.getByRole('table', { name: 'Reports over time' });
    const bar = bars
      .getByRole('row')
      .filter({ has: page.getByRole('cell', { name: '1', exact: true }) })
      .first();
    await expectNoAxeViolations(page);
    await bar.getByRole('button').click();
    await expect(page).toHaveURL(/since=.*&until=/);
    await expect(rows).toHaveCount(1);
    await page.getByRole('button', { name: 'Remove the filter Time' }).click();
    await expect(rows).toHaveCount(2);
    await page.locator('.recharts-bar-rectangle path').last().click();
    await expect(page).toHaveURL(/since=.*&until=.*&directive=|directive=.*since=/);
    await page.getByRole('button', { name: 'Remove the filter Time' }).click();
  });

  await test.step('and what is filtered away is said', async () => {
    await page.goto(`/csp?q=${host}&directive=font-src`);
    await expect(page.getByRole('heading', { name: 'No violations match' })).toBeVisible();
    await expectNoAxeViolations(page);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect(page).toHaveURL('/csp');
    await page.goto('/csp?since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z');
    await expect(page.getByRole('heading', { name: 'No violations in this time range' })).toBeVisible();
    await page.getByRole('button', { name: 'Show the last 30 days' }).click();
    await expect(groups).toBeVisible();
  });
});

test('noise is hidden, told, and shown when somebody wants to see it', async ({ signedIn: page }) => {
  const host = uniqueHost('shop');
  const source = 'moz-extension://0f6a/inject.js';
  await reportViolations(page.request, [{ page: `https://${host}/`, blocked: source, source }]);
  await page.goto(`/csp?document=${host}`);
  const groups = page.getByRole('table', { name: 'Groups', exact: true });
  await expect(page.getByText('1 hidden as noise')).toBeVisible();
  await expect(groups).toBeHidden();
  await page.getByRole('button', { name: 'Show noise' }).click();
  await expect(page).toHaveURL(/noise=show/);
  await expect(groups.getByRole('row').filter({ hasText: 'moz-extension:' })).toContainText('Noise');
  await expectNoAxeViolations(page);
  await page.getByRole('button', { name: 'Hide noise' }).click();
  await expect(groups).toBeHidden();
});

test('a long list is sorted, and goes on page by page', async ({ signedIn: page }) => {
  const host = uniqueHost('page');
  await reportViolations(
    page.request,
    Array.from({ length: 30 }, (_, index) => ({
      blocked: `https://n${index}.${host}/x.js`,
      ageMs: index * MINUTE_MS,
    })),
  );
  await page.goto(`/csp?q=${host}&sort=last_seen`);
  const rows = page.getByRole('table', { name: 'Groups', exact: true }).getByRole('row').filter({ hasText: host });
  await expect(rows).toHaveCount(25);
  await expect(rows.first()).toContainText(`n0.${host}`);
  await page.getByRole('button', { name: 'Load more' }).click();
  await expect(rows).toHaveCount(30);
  await expect(rows.last()).toContainText(`n29.${host}`);
  await page.getByRole('button', { name: 'See all new groups' }).click();
  await expect(page.getByRole('heading', { name: 'New since yesterday' })).toHaveCount(1);
  await page.getByRole('button', { name: 'See all groups' }).click();
  await expect(page.getByRole('heading', { name: 'All groups' })).toBeVisible();
});

test('nothing jumps while the overview and a group load, and both fit a phone', async ({ openPage, adminState }) => {
  const page = await openPage({ storageState: adminState, viewport: { width: 390, height: 844 } });
  const host = uniqueHost(`long-${'name-'.repeat(8)}`);
  await reportViolations(page.request, [{ blocked: `https://${host}/${'path/'.repeat(60)}x.js` }]);
  await watchShifts(page);
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

  await page.goto(`/csp?q=${host}`);
  const row = page.getByRole('table', { name: 'Groups', exact: true }).getByRole('link', { name: host });
  await expect(row).toBeVisible();
  await expect(page.locator('.recharts-wrapper')).toBeVisible();
  await expectStill(page, 'the first visit of the overview');
  expect(await fits(), 'the overview').toBe(true);

  await whileWaiting(page, () => page.getByRole('link', { name: 'Policy', exact: true }).click());
  await whileWaiting(page, () => page.getByRole('link', { name: 'Overview' }).click());
  await expect(page.getByRole('table', { name: 'Groups', exact: true })).toBeVisible();
  await expectStill(page, 'the overview after its skeleton');

  await page.goto(`/csp?q=${host}`);
  await row.click();
  await expect(page.getByRole('heading', { name: host, level: 1 })).toBeVisible();
  await expect(page.locator('.recharts-wrapper')).toBeVisible();
  expect(await fits(), 'a group').toBe(true);
  await page.reload();
  await expect(page.locator('.recharts-wrapper')).toBeVisible();
  await expectStill(page, 'the first visit of a group');
  await expectNoAxeViolations(page);
});

test('members of another organization are told calmly whose reports these are', async ({
  pageOf,
  platform,
  permit,
}) => {
  const page = await pageOf(await createTestUser(platform, await createTestOrganization(platform), 'owner'));
  await page.goto('/connectors');
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'API keys' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'CSP reports' })).toHaveCount(0);
  permit(/status of 40[34]/);
  for (const path of ['/csp', '/csp/policy', '/csp/groups/0123456789abcdef']) {
    await page.goto(path);
    await expect(page.getByText('they belong to the installation as a whole')).toBeVisible();
  }
  await expectNoAxeViolations(page);
  await platform.database.organization.deleteMany({ where: { name: { startsWith: 'Organization ' } } });
});
