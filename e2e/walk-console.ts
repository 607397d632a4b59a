import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { readLogFiles } from '../src/testing/log-files.ts';
import { closedPort } from '../src/testing/receivers.ts';
import { until } from '../src/testing/until.ts';
import { openBesideConsole } from './beside-console.ts';
import type { Made } from './console-pages.ts';
import type { Console } from './console-under-test.ts';

const DOCUMENT = 'https://app.example.com/orders';

/** Makes the first account by the link of the start, and what pages are about. */
export async function setUp(page: Page, { setUpUrl = '', dataDir }: Console): Promise<Made> {
  await page.goto('/sign-in');
  await page.goto('/set-up');
  await page.goto(setUpUrl);
  await page.getByLabel('Organization').fill('Acme Analytics');
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL('/connectors');

  const headers = { origin: new URL(page.url()).origin };
  const config = { webhook_url: `http://127.0.0.1:${await closedPort()}/webhook` };
  const data = { name: 'Churn signals', type: 'n8n_webhook', config };
  const connector: { id: string } = await (await page.request.post('/api/connectors', { headers, data })).json();
  const wanted = { event_type: 'dataset.updated', target_url: `http://127.0.0.1:${await closedPort()}/hooks` };
  const webhook: { id: string } = await (await page.request.post('/api/webhooks', { headers, data: wanted })).json();
  await page.request.post('/api/events', {
    headers,
    data: { event_type: 'dataset.updated', data: { dataset_id: 'dataset-4' } },
  });
  const deliveries: { items: { id: string; event_id: string }[] } = await (
    await page.request.get(`/api/webhooks/${webhook.id}/deliveries`)
  ).json();
  await page.request.post('/api/csp-report', {
    data: { 'csp-report': { 'document-uri': DOCUMENT, 'effective-directive': 'img-src', 'blocked-uri': 'inline' } },
  });
  const reported = await until('the report is in the log', () =>
    readLogFiles(join(dataDir, 'csp-log')).find(({ csp }) => csp?.document === DOCUMENT),
  );
  return {
    connector: connector.id,
    group: String(reported.csp?.group),
    webhook: webhook.id,
    delivery: deliveries.items[0]?.id ?? '',
    event: deliveries.items[0]?.event_id ?? '',
  };
}

export async function arrive(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
}

/** Presses every button and opens every list of a page, wherever that leads, and lets go of what opened. */
export async function pressEverything(page: Page, address: string): Promise<void> {
  const start = page.url();
  for (let index = 0, isPressed = true; isPressed; index += 1) {
    isPressed = await page.evaluate(async (at) => {
      const pressable = [...document.querySelectorAll<HTMLElement>('main :is(button, summary, [role=combobox])')];
      const target = pressable.filter((element) => element.checkVisibility() && !element.matches(':disabled'))[at];
      target?.click();
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return target !== undefined;
    }, index);
    await page.keyboard.press('Escape');
    if (page.url() === start) continue;
    await page.goto(address);
    await arrive(page);
  }
}

/** Things that come over a page: a dialog, a drawer, a menu and a toast. */
export async function openOverlays(page: Page, connector: string): Promise<void> {
  await page.goto('/settings/api-keys');
  await page.getByRole('button', { name: 'Create key' }).first().click();
  await expect(page.getByRole('dialog', { name: 'Create API key' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Ada Lovelace' }).click();
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.goto(`/connectors/${connector}`);
  await page.getByLabel('Message').fill('Anybody there?');
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('Connection refused');
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('button', { name: 'Connection refused' }).first().click();
  await expect(page.getByRole('dialog', { name: 'Send' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('switch', { name: 'Enabled' }).click();
  await expect(page.getByText('Churn signals is disabled: it sends nothing.')).toBeVisible();
}

/** From page to page without loading a document again: styles that come later meet the policy of the first. */
export async function walkInside(page: Page): Promise<void> {
  await page.goto('/connectors');
  const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  for (const name of await links.allTextContents()) {
    if (name === 'API docs') continue;
    await links.filter({ hasText: name }).click();
    await arrive(page);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
}

export async function seePageOfTheApi(page: Page): Promise<void> {
  await page.goto('/api/docs');
  await page.getByRole('button', { name: 'Authorize' }).click();
  await expect(page.getByText('Available authorizations')).toBeVisible();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.locator('.opblock-summary-control').first().click();
  await expect(page.getByRole('button', { name: 'Try it out' })).toBeVisible();
  await page.goto('/api/openapi.json');
}

export async function seeErrorPages(page: Page, { dataDir }: Console): Promise<void> {
  await page.goto('/no-such-page');
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
  await page.goto('/connectors/no-id');
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
  const platform = await openBesideConsole(dataDir);
  for (const [table, heading] of [
    ['connector', 'This page could not be shown'],
    ['organization', 'Something went wrong'],
  ]) {
    await platform.pool.query(`alter table ${table} rename to away`);
    await page.goto('/connectors');
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    await platform.pool.query(`alter table away rename to ${table}`);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { name: 'Connectors', level: 1 })).toBeVisible();
  }
  await platform.close();

  const other = await page.context().newPage();
  await other.addInitScript(() => {
    // What every page stands in fails with this, until the page for that case is there.
    const real = window.matchMedia.bind(window);
    window.matchMedia = (query) => {
      if (document.title.startsWith('Something went wrong')) return real(query);
      throw new Error('This browser knows no media.');
    };
  });
  await other.goto('/sign-in');
  await expect(other.getByText('The console could not be shown.')).toBeVisible();
  await other.close();
}
