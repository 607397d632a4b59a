import { createAlertWatch } from '../src/features/csp/alerts/watch-alerts.ts';
import { closedPort } from '../src/testing/receivers.ts';
import { reportViolations, uniqueHost } from './csp-violations.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

// The settings are the installation's: one test at a time, and whoever comes next finds alerts off.
test.describe.configure({ mode: 'serial' });
test.afterEach(async ({ rest }) => {
  await rest.patch('/api/csp/alert-settings', { data: { enabled: false } });
});

test('an admin tries a connector, switches alerts on, and is told of what is new', async ({
  signedIn: page,
  makeConnector,
  receiver,
  platform,
}) => {
  const known = uniqueHost('known');
  const fresh = uniqueHost('fresh');
  await reportViolations(page.request, [{ blocked: `https://${known}/x.js`, ageMs: 60_000 }]);
  const { name } = await makeConnector();
  await page.goto('/csp/alerts');
  await expect(page).toHaveTitle('CSP alerts · Honeyframe');

  await test.step('a test arrives, before anything is saved', async () => {
    await page.getByRole('combobox', { name: 'Through' }).click();
    await page.getByRole('option', { name }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await expect(page.getByText('200 Delivered')).toBeVisible();
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]?.body).toContain('This is a test of CSP alerts from the console');
    await expectNoAxeViolations(page);
  });

  await test.step('the settings are saved, and wrong ones are told at their field', async () => {
    await page.getByLabel('Times the usual').fill('');
    await page.getByRole('switch', { name: 'Send alerts' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Enter a whole number from 2 to 100.')).toBeVisible();
    await expectNoAxeViolations(page);
    await page.getByLabel('Times the usual').fill('4');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Alerts are on.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
    await page.reload();
    await expect(page.getByLabel('Times the usual')).toHaveValue('4');
    await expect(page.getByRole('switch', { name: 'Send alerts' })).toBeChecked();
  });

  await test.step('what was never seen is told once, what was there is not', async () => {
    await reportViolations(page.request, [{ blocked: `https://${known}/x.js` }, { blocked: `https://${fresh}/x.js` }]);
    await page.goto('/csp/alerts');
    const told = page.getByRole('table', { name: 'Alerts' }).getByRole('row');
    // The console looks each minute; this is one more process that does.
    const watch = createAlertWatch(platform);
    await expect(async () => {
      await watch.check(new Date());
      await page.reload();
      await expect(told.filter({ hasText: fresh })).toContainText('Sent', { timeout: 2_000 });
    }).toPass();
    await expect(told.filter({ hasText: known })).toHaveCount(0);
    const messages = receiver.requests.map(({ body }) => body);
    expect(messages.filter((body) => body.includes(fresh))).toHaveLength(1);
    expect(messages.filter((body) => body.includes(known))).toEqual([]);
    await expectNoAxeViolations(page);
    await told.filter({ hasText: fresh }).getByRole('link').click();
    await expect(page.getByRole('heading', { name: fresh, level: 1 })).toBeVisible();
  });
});

test('a test that fails says why, and leads to what was sent', async ({ signedIn: page, makeConnector }) => {
  const { id, name } = await makeConnector({ url: `http://127.0.0.1:${await closedPort()}` });
  await page.goto('/csp/alerts');
  await page.getByRole('combobox', { name: 'Through' }).click();
  await page.getByRole('option', { name }).click();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText('Connection refused')).toBeVisible();
  await expectNoAxeViolations(page);
  await page.getByRole('link', { name: 'View request and response' }).click();
  await expect(page).toHaveURL(`/connectors/${id}?tab=history`);
  await expect(page.getByRole('table', { name: 'Send history' }).getByRole('row')).toHaveCount(2);
});

test('who may only read sees the settings without buttons', async ({ makePerson, pageOf }) => {
  const page = await pageOf(await makePerson('member'));
  await page.goto('/csp/alerts');
  await expect(page.getByText('Only admins and owners can change these settings.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save' })).toBeHidden();
  await expect(page.getByRole('button', { name: 'Send a test' })).toBeHidden();
  await expectNoAxeViolations(page);
});

test('without a connector, the page says how to get one', async ({ freshConsole, openPage }) => {
  const page = await openPage();
  await page.goto(freshConsole.setUpUrl ?? '');
  await page.getByLabel('Organization').fill('Acme Analytics');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill('a sentence of many words');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL(`${freshConsole.url}/connectors`);
  await page.goto(`${freshConsole.url}/csp/alerts`);
  await expect(page.getByRole('heading', { name: 'Alerts need a connector' })).toBeVisible();
  await expectNoAxeViolations(page);
  await page.getByRole('link', { name: 'New connector' }).click();
  await expect(page).toHaveURL(`${freshConsole.url}/connectors/new`);
});
