import type { Page } from '@playwright/test';
import { json } from '../src/testing/receiver-answers.ts';
import { closedPort, type Receiver } from '../src/testing/receivers.ts';
import { expect, expectNoAxeViolations, screenshot, test } from './fixtures.ts';

/** Connectors as a small company has them, each with its last send. */
async function fillConsole(page: Page, receiver: Receiver): Promise<void> {
  const headers = { origin: new URL(page.url()).origin };
  const post = async (path: string, data: unknown) => {
    const answer = await page.request.post(path, { headers, data });
    expect(answer.ok()).toBe(true);
    return answer.json();
  };
  const connect = async (name: string, webhook_url: string, enabled = true) => {
    const { id } = await post('/api/connectors', { name, type: 'n8n_webhook', config: { webhook_url }, enabled: true });
    await post(`/api/connectors/${id}/test`, { message: 'Is anybody there?' });
    if (!enabled) await page.request.patch(`/api/connectors/${id}`, { headers, data: { enabled } });
  };
  await connect('Data quality alerts', receiver.url);
  await connect('Churn signals to Zapier', receiver.url, false);
  await connect('CRM enrichment', `http://127.0.0.1:${await closedPort()}/webhook/crm`);
  await connect('Weekly report to finance', receiver.url);
  await connect('Sales Slack Webhook', receiver.url);
}

test('a newcomer opens the link of the banner, makes the first account and sees how to begin', {
  tag: '@pictures',
}, async ({ freshConsole, openPage, permit, receiver }) => {
  permit(/status of 403/);
  const page = await openPage({
    baseURL: freshConsole.url,
    deviceScaleFactor: 2,
    viewport: { width: 1280, height: 680 },
  });
  const setUpUrl = freshConsole.setUpUrl ?? '';

  await test.step('the sign-in page says where the link is', async () => {
    await page.goto(freshConsole.url);
    await expect(page.getByRole('heading', { name: 'Set up the console', level: 1 })).toBeVisible();
    await expect(page.getByText('Open the set-up link that the console printed when it started.')).toBeVisible();
  });

  await test.step('a link without its token says so', async () => {
    await page.goto(`${freshConsole.url}/set-up`);
    await expect(page.getByRole('main').getByRole('alert')).toContainText('This link has no token');
    await expectNoAxeViolations(page);
  });

  const name = page.getByLabel('Your name');
  const email = page.getByLabel('E-mail');
  const password = page.getByLabel('Password', { exact: true });
  const create = page.getByRole('button', { name: 'Create account' });

  await test.step('what is missing or too short is told beside its field', async () => {
    await page.goto(setUpUrl);
    await expect(page).toHaveTitle('Set up · Honeyframe');
    await password.fill('short');
    await create.click();
    await expect(page.getByLabel('Organization')).toHaveAccessibleDescription(/Enter a name\./);
    await expect(page.getByLabel('Organization')).toBeFocused();
    await expect(name).toHaveAccessibleDescription(/Enter your name\./);
    await expect(email).toHaveAccessibleDescription(/Enter your e-mail address\./);
    await expect(password).toHaveAccessibleDescription(/Use at least 12 characters\./);
    await expectNoAxeViolations(page);
  });

  const fill = async () => {
    await page.getByLabel('Organization').fill('Acme Analytics');
    await name.fill('Ada Lovelace');
    await email.fill('ada@example.com');
    await password.fill('correct horse battery');
  };

  await test.step('a wrong token is refused in words', async () => {
    await page.goto(`${freshConsole.url}/set-up?token=not-the-token`);
    await fill();
    await create.click();
    await expect(page.getByRole('main').getByRole('alert')).toContainText('Open the link that the console printed');
  });

  await test.step('the account is made, and its owner is signed in', async () => {
    await page.goto(setUpUrl);
    await fill();
    await create.click();
    await expect(page).toHaveURL(`${freshConsole.url}/connectors`);
    await expect(page.getByText('Acme Analytics')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Ada Lovelace' })).toBeVisible();
  });

  await test.step('nothing is there yet, and every page says how to fill it', async () => {
    await expect(page.getByRole('heading', { name: 'No connectors yet' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'New connector' })).toHaveCount(1);
    await expectNoAxeViolations(page);
    await page.getByRole('link', { name: 'API keys' }).click();
    await expect(page.getByRole('heading', { name: 'No API keys yet' })).toBeVisible();
    await expectNoAxeViolations(page);
  });

  await test.step('the set-up link says that it has done its work', async () => {
    const other = await openPage();
    await other.goto(setUpUrl);
    await expect(other.getByRole('heading', { name: 'The console is set up already', level: 1 })).toBeVisible();
    await other.getByRole('link', { name: 'Sign in' }).click();
    await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });

  await test.step('a console at work looks as in the README', async () => {
    await fillConsole(page, receiver);
    await page.goto('/connectors');
    await page.getByRole('link', { name: 'Sales Slack Webhook' }).click();
    await page.getByLabel('Message').fill('Customer X just signed up');
    await page.getByLabel('Metadata').fill('{\n  "customer_id": 42,\n  "plan": "team"\n}');
    receiver.answerWith((response) => {
      response
        .writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
        .end('{"workflow":"New customer","execution_id":18231,"slack":{"channel":"#sales","ok":true},"crm":"updated"}');
    });
    await page.getByRole('button', { name: 'Send test' }).click();
    await expect(page.getByRole('region', { name: 'Answer' })).toContainText('200 Delivered');
    await screenshot(page, 'connector');
    await page.getByRole('navigation').getByRole('link', { name: 'Connectors' }).click();
    await expect(page.getByRole('table', { name: 'Connectors' }).getByRole('row')).toHaveCount(6);
  });

  await test.step('and so does a delivery that is being retried', async () => {
    const headers = { origin: freshConsole.url };
    receiver.answerWith(json({ error: 'column customer_id is missing' }, 500));
    const data = { event_type: 'recipe.run.failed', target_url: `${receiver.url}/hooks`, description: 'Order service' };
    const webhook = await (await page.request.post('/api/webhooks', { headers, data })).json();
    const run = {
      run_id: 'run-9',
      recipe_id: 'recipe-7',
      recipe_name: 'Churn features',
      error: 'The column customer_id is missing.',
    };
    await page.request.post('/api/events', { headers, data: { event_type: 'recipe.run.failed', data: run } });
    const { items } = await (await page.request.get(`/api/webhooks/${webhook.id}/deliveries`)).json();
    await page.goto(`/deliveries/${items[0].id}`);
    await expect(page.getByRole('button', { name: 'Attempt 1: 500' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Response body of attempt 1' })).toContainText('customer_id');
    await screenshot(page, 'delivery', 900);
  });
});
