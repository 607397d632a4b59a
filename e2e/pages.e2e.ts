import type { Locator, Page } from '@playwright/test';
import { uniqueName } from '../src/testing/test-platform.ts';
import { expect, test } from './fixtures.ts';
import { expectStill, watchShifts, whileWaiting } from './layout-shift.ts';

test('on a phone the navigation opens, leads and closes', async ({ openPage, adminState }) => {
  const page = await openPage({ storageState: adminState, viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.goto('/connectors');
  await expect(page.getByRole('link', { name: 'API keys' })).toBeHidden();
  await page.getByRole('button', { name: 'Open navigation' }).tap();
  await page.getByRole('dialog').getByRole('link', { name: 'API keys' }).tap();
  await expect(page.getByRole('heading', { name: 'API keys', level: 1 })).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
});

/** Goes on with the Tab key until something has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(target).toBeFocused({ timeout: 100 });
  }).toPass({ intervals: [0] });
}

test('with the keyboard alone one signs in, makes a connector and sends a test', async ({
  page,
  console: { admin },
  receiver,
}) => {
  const { keyboard } = page;
  await page.goto('/sign-in');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await keyboard.type(admin.email);
  await tabTo(page, page.getByLabel('Password', { exact: true }));
  await keyboard.type(admin.password);
  await keyboard.press('Enter');

  await expect(page).toHaveURL('/connectors');
  await tabTo(page, page.getByRole('link', { name: 'Skip to content' }));
  await keyboard.press('Enter');
  await tabTo(page, page.getByRole('link', { name: 'New connector' }));
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'New connector' })).toBeVisible();
  await tabTo(page, page.getByRole('link', { name: 'n8n webhook' }));
  await keyboard.press('Enter');

  await expect(page.getByLabel('Name')).toBeFocused();
  await keyboard.type(uniqueName('By keyboard'));
  await tabTo(page, page.getByLabel('Webhook URL'));
  await keyboard.type(receiver.url);
  await tabTo(page, page.getByRole('button', { name: 'Create connector' }));
  await keyboard.press('Enter');

  await expect(page.getByRole('tab', { name: 'Test' })).toBeVisible();
  await tabTo(page, page.getByLabel('Message'));
  await keyboard.type('Sent without a mouse');
  await tabTo(page, page.getByRole('button', { name: 'Send test' }));
  await keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('200 Delivered');
  expect(receiver.requests).toHaveLength(1);
});

test('nothing jumps while pages load, on the first visit and on the way through them', async ({
  signedIn: page,
  makeConnector,
  rest,
}) => {
  const { id, name } = await makeConnector();
  await rest.post(`/api/connectors/${id}/test`, { data: { message: 'first' } });
  await watchShifts(page);

  await page.goto(`/connectors/${id}?tab=history`);
  await expect(page.getByRole('table', { name: 'Send history' })).toBeVisible();
  await expectStill(page, 'the first visit of a connector');

  await whileWaiting(page, () => page.getByRole('navigation').getByRole('link', { name: 'Connectors' }).click());
  await expect(page.getByRole('link', { name })).toBeVisible();
  await expectStill(page, 'the list after its skeleton');

  await page.goto('/connectors');
  await expect(page.getByRole('link', { name })).toBeVisible();
  await expectStill(page, 'the first visit of the list');

  await whileWaiting(page, async () => {
    await page.getByRole('link', { name }).click();
    await page.getByRole('tab', { name: 'History' }).click();
  });
  await expect(page.getByRole('table', { name: 'Send history' })).toBeVisible();
  await expectStill(page, 'a connector after its skeleton');
});

test('back and forward lead where one was, with what was filtered', async ({ signedIn: page, makeConnector }) => {
  const { id, name } = await makeConnector();
  await page.goto(`/connectors?search=${encodeURIComponent(name)}`);
  await page.getByRole('link', { name }).click();
  await expect(page).toHaveURL(`/connectors/${id}`);
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await page.getByRole('link', { name: 'API keys' }).click();
  await expect(page.getByRole('heading', { name: 'API keys', level: 1 })).toBeVisible();

  await page.goBack();
  await expect(page).toHaveURL(`/connectors/${id}?tab=configuration`);
  await expect(page.getByRole('tab', { name: 'Configuration' })).toHaveAttribute('aria-selected', 'true');
  await expect(page).toHaveTitle(`${name} · Honeyframe`);
  await page.goBack();
  await expect(page.getByLabel('Search connectors')).toHaveValue(name);
  await expect(page.getByRole('table', { name: 'Connectors' }).getByRole('row')).toHaveCount(2);
  await page.goForward();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
});

test('a page asks for no other page until a link of it is about to be followed', async ({ signedIn: page }) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    if ('rsc' in request.headers()) asked.push(new URL(request.url()).pathname);
  });
  await page.goto('/csp');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(asked).toEqual([]);

  await page.getByRole('link', { name: 'Webhooks' }).hover();
  await expect.poll(() => asked).toContain('/webhooks');
  await page.getByRole('link', { name: 'Coverage' }).focus();
  await expect.poll(() => asked).toContain('/csp/coverage');
  expect(asked.filter((path) => path !== '/webhooks' && path !== '/csp/coverage')).toEqual([]);
});

test('the colour scheme follows the system until one chooses', async ({ signedIn: page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto('/connectors');
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(background).not.toBe(light);
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitemradio', { name: 'Light' }).click();
  await expect.poll(background).toBe(light);
  await page.reload();
  expect(await background()).toBe(light);
});
