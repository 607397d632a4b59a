import { startOidcProvider } from '../src/testing/oidc-provider.ts';
import { uniqueName } from '../src/testing/test-platform.ts';
import { openBesideConsole } from './beside-console.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';
import { settle } from './open-settled.ts';

test('who makes a key or reveals a secret in an old session confirms their identity, and what they wanted is done', async ({
  pageOf,
  platform,
  makePerson,
  rest,
  receiver,
  permit,
}) => {
  permit(/status of 40[03]/);
  const admin = await makePerson('admin');
  const made = await rest.post('/api/webhooks', {
    data: { event_type: 'dataset.deleted', target_url: `${receiver.url}/hooks` },
  });
  const { id: webhook } = await made.json();
  const page = await pageOf(admin);
  const age = () =>
    platform.database.session.updateMany({ where: { userId: admin.id }, data: { authenticatedAt: new Date(0) } });
  const dialog = page.getByRole('dialog', { name: 'Confirm your identity' });
  const form = page.getByRole('dialog', { name: 'Create API key' });
  await age();

  await test.step('a key: Escape changes nothing and keeps the form', async () => {
    await page.goto('/settings/api-keys');
    await page.getByRole('button', { name: 'Create key' }).click();
    await form.getByLabel('Name').fill(uniqueName('Confirmed'));
    await form.getByRole('button', { name: 'Create key' }).click();
    await expect(dialog.getByRole('textbox', { name: 'Password' })).toBeFocused();
    await expectNoAxeViolations(page);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(form.getByText('Nothing was changed, because you did not confirm your identity.')).toBeVisible();
  });

  await test.step('a wrong password is refused, and with the right one the key is there', async () => {
    await form.getByRole('button', { name: 'Create key' }).click();
    await dialog.getByRole('textbox', { name: 'Password' }).fill('not this one');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await expect(dialog.getByRole('textbox', { name: 'Password' })).toHaveAccessibleDescription(/not your password/);
    await dialog.getByRole('textbox', { name: 'Password' }).fill(admin.password);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('dialog', { name: 'Copy your key now' })).toBeVisible();
  });

  await test.step('a secret is revealed after the password, and hidden again', async () => {
    await age();
    await page.goto(`/webhooks/${webhook}?tab=settings`);
    await page.getByRole('button', { name: 'Reveal secret' }).click();
    await dialog.getByRole('textbox', { name: 'Password' }).fill(admin.password);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('textbox', { name: 'Signing secret' })).toHaveValue(/^whsec_/);
    await expectNoAxeViolations(page);
    await page.getByRole('button', { name: 'Hide' }).click();
    await expect(page.getByRole('textbox', { name: 'Signing secret' })).toBeHidden();
  });

  await test.step('whose account was guessed at reads so on every page until they dismiss it', async () => {
    await platform.database.securityNotice.create({ data: { user_id: admin.id, kind: 'passwords_guessed' } });
    await page.goto('/webhooks');
    await expect(page.getByText('Someone tried to guess your password')).toBeVisible();
    await expectNoAxeViolations(page);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(page.getByText('Someone tried to guess your password')).toBeHidden();
  });
});

test('who signs in elsewhere confirms there, in a window of its own, and the form is sent', async ({
  openPage,
  withConsole,
  permit,
}) => {
  test.slow();
  permit(/status of 40[0134]|fonts\.googleapis\.com/);
  await using provider = await startOidcProvider(
    new Map([['grace', { email: 'grace@acme.example', name: 'Grace Hopper' }]]),
  );
  const env = {
    ADMIN_EMAIL: 'ada@acme.example',
    ADMIN_PASSWORD: 'correct horse battery',
    OIDC_NAME: 'Acme Login',
    OIDC_DOMAINS: 'acme.example=honeyframe',
    OIDC_DEFAULT_ROLE: 'admin',
    ...provider.env,
  };
  await withConsole(env, async ({ url: baseURL, dataDir }) => {
    const page = await openPage({ baseURL });
    const answer = await page.goto('/settings/api-keys');
    // It cuts the window's ties to the page that opened it, also on its way back.
    expect(answer?.headers()['cross-origin-opener-policy']).toBe('same-origin');
    await page.getByRole('button', { name: 'Sign in with Acme Login' }).click();
    await page.getByPlaceholder('Enter any login').fill('grace');
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL('/settings/api-keys');
    await settle(page);
    await page.getByRole('button', { name: 'Create key' }).click();
    const form = page.getByRole('dialog', { name: 'Create API key' });
    await form.getByLabel('Name').fill('By the provider');
    await form.getByRole('button', { name: 'Create key' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm your identity' });
    const opened = page.waitForEvent('popup');
    await dialog.getByRole('button', { name: 'Continue with Acme Login' }).click();
    const window = await opened;
    await window.getByPlaceholder('Enter any login').fill('grace');
    await window.getByPlaceholder('and password').fill('any');
    await window.getByRole('button', { name: 'Sign-in' }).click();
    await expect(page.getByRole('dialog', { name: 'Copy your key now' })).toBeVisible();
    const beside = await openBesideConsole(dataDir);
    expect(await beside.database.session.count({ where: { user: { email: 'grace@acme.example' } } })).toBe(1);
    await beside.close();
  });
});
