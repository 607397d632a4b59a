import { closedPort } from '../src/testing/receivers.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

// The pages as they are when they open are in e2e/every-page.e2e.ts.
test.describe('what happens and opens on pages passes all rules of axe in both colour schemes', () => {
  test('before signing in', async ({ page, permit }) => {
    permit(/status of 40[01]/);
    await page.goto('/sign-in');
    await expectNoAxeViolations(page);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('Enter your password.')).toBeVisible();
    await page.getByRole('button', { name: 'Forgot your password?' }).click();
    await expectNoAxeViolations(page);
    await page.getByLabel('E-mail').fill('nobody@example.com');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('do not match an account')).toBeVisible();
    await expectNoAxeViolations(page);

    await page.goto('/reset-password');
    await expectNoAxeViolations(page);
    await page.goto('/reset-password?token=used');
    await page.getByLabel('New password', { exact: true }).fill('a sentence of many words');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('This link was already used')).toBeVisible();
    await expectNoAxeViolations(page);
    await page.goto('/set-up');
    await expectNoAxeViolations(page);
  });

  test('the list of connectors and the way to a new one', async ({ signedIn: page, makeConnector, rest }) => {
    const { id } = await makeConnector();
    await rest.post(`/api/connectors/${id}/test`, { data: { message: 'first' } });
    const dead = await makeConnector({ url: `http://127.0.0.1:${await closedPort()}` });
    await rest.post(`/api/connectors/${dead.id}/test`, { data: { message: 'first' } });
    await rest.patch(`/api/connectors/${dead.id}`, { data: { enabled: false } });
    await page.goto('/connectors');
    await expectNoAxeViolations(page);
    await page.getByRole('combobox', { name: 'State' }).click();
    await expect(page.getByRole('option', { name: 'Disabled' })).toBeVisible();
    await expectNoAxeViolations(page);
    await page.goto('/connectors?search=nobody');
    await expect(page.getByRole('heading', { name: 'No connector matches' })).toBeVisible();
    await expectNoAxeViolations(page);
    await page.goto('/connectors/new');
    await page.getByRole('link', { name: 'n8n webhook' }).click();
    await page.getByRole('button', { name: 'Create connector' }).click();
    await expect(page.getByText('Name is required.')).toBeVisible();
    await expectNoAxeViolations(page);
  });

  test('a connector, its answers, its history and its end', async ({ signedIn: page, makeConnector, receiver }) => {
    const { id } = await makeConnector();
    await page.goto(`/connectors/${id}`);
    await page.getByRole('button', { name: 'Send test' }).click();
    await expect(page.getByText('Message is required.')).toBeVisible();
    await page.getByLabel('Message').fill('Customer X just signed up');
    await page.getByRole('button', { name: 'Send test' }).click();
    await expect(page.getByText('200 Delivered')).toBeVisible();
    await page.getByText(/^Response headers/).click();
    await expectNoAxeViolations(page);
    receiver.answerWith((response) => response.writeHead(500).end('no JSON'));
    await page.getByRole('button', { name: 'Send test' }).click();
    await expect(page.getByText('500 HTTP error')).toBeVisible();
    await expectNoAxeViolations(page);

    await page.getByRole('tab', { name: 'History' }).click();
    await expect(page.getByRole('table', { name: 'Send history' })).toBeVisible();
    await expectNoAxeViolations(page);
    await page.getByRole('button', { name: '500 HTTP error' }).click();
    await page.getByText(/^Request headers/).click();
    await expectNoAxeViolations(page);
    await page.keyboard.press('Escape');

    await page.getByRole('tab', { name: 'Configuration' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await expectNoAxeViolations(page);
    await page.getByRole('button', { name: 'Delete connector' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNoAxeViolations(page);
  });

  test('settings', async ({ signedIn: page, makePerson }) => {
    await makePerson('member');
    await page.goto('/settings/organization');
    await page.getByRole('button', { name: /^Account/ }).click();
    await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
    await expectNoAxeViolations(page);

    await page.goto('/settings/api-keys');
    await page.getByRole('button', { name: 'Create key' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('button', { name: 'Create key' }).click();
    await expect(form.getByText('Name is required.')).toBeVisible();
    await expectNoAxeViolations(page);
    await form.getByLabel('Name').fill('A key that axe looks at');
    await form.getByRole('button', { name: 'Create key' }).click();
    await expect(form.getByLabel('API key')).toBeVisible();
    await expectNoAxeViolations(page);
    await form.getByRole('button', { name: 'Done' }).click();
    await expectNoAxeViolations(page);
    await page.getByRole('button', { name: 'Revoke A key that axe looks at' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNoAxeViolations(page);
  });

  test('what leads nowhere', async ({ signedIn: page, permit }) => {
    permit(/status of 404/);
    await page.goto('/connectors/00000000-0000-7000-8000-000000000000');
    await expect(page.getByRole('heading', { name: 'Page not found', level: 1 })).toBeVisible();
    await expectNoAxeViolations(page);
    await page.goto('/no-such-page');
    await expect(page.getByRole('heading', { name: 'Page not found', level: 1 })).toBeVisible();
    await expectNoAxeViolations(page);
  });

  test('the pages of the API, also an operation that is opened', async ({ signedIn: page }) => {
    await page.goto('/api/docs');
    const operation = page.getByRole('button', { name: 'Send through a connector' });
    await expect(operation).toBeVisible();
    await expectNoAxeViolations(page);
    await operation.click();
    await expect(page.getByRole('button', { name: 'Try it out' })).toBeVisible();
    await expectNoAxeViolations(page);
  });

  test('on a phone, with the navigation open', async ({ openPage, adminState, makeConnector }) => {
    const { id } = await makeConnector();
    const page = await openPage({ storageState: adminState, viewport: { width: 390, height: 844 } });
    await page.goto(`/connectors/${id}`);
    await expectNoAxeViolations(page);
    await page.getByRole('button', { name: 'Open navigation' }).click();
    await expect(page.getByRole('dialog').getByRole('link', { name: 'API keys' })).toBeVisible();
    await expectNoAxeViolations(page);
  });
});
