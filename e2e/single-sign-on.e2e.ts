import type { Page } from '@playwright/test';
import { startMailServer } from '../src/testing/mail-server.ts';
import { freePort } from '../src/testing/measured-server.ts';
import { startOidcProvider } from '../src/testing/oidc-provider.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

const ADMIN = { email: 'ada@acme.example', password: 'correct horse battery' };

async function signInAt(page: Page, login: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('a company’s people sign in at its own provider, are invited and helped by mail', async ({
  openPage,
  permit,
  withConsole,
}) => {
  test.slow();
  // The provider's own pages ask for a font.
  permit(/status of 40[0134]|fonts\.googleapis\.com/);
  await using mail = await startMailServer();
  await using provider = await startOidcProvider(
    new Map([
      ['grace', { email: 'grace@acme.example', name: 'Grace Hopper' }],
      ['hedy', { email: 'hedy@acme.example', name: 'Hedy Lamarr' }],
      ['entra', { email: 'entra@acme.example', name: 'Of a tenant', email_verified: null }],
      ['mallory', { email: 'mallory@elsewhere.example', name: 'Mallory' }],
    ]),
  );
  // The console's address must be known before it starts: mails carry it.
  const port = await freePort();
  const baseURL = `http://127.0.0.1:${port}`;
  const env = {
    PORT: String(port),
    PUBLIC_URL: baseURL,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    CSP_MODE: 'enforce',
    SMTP_URL: mail.url,
    MAIL_FROM: 'Honeyframe <webhooks@acme.example>',
    OIDC_NAME: 'Acme Login',
    OIDC_DOMAINS: 'acme.example=honeyframe',
    ...provider.env,
  };
  const newestLink = async (count: number) => {
    await expect.poll(() => mail.mails.length).toBe(count);
    return mail.mails.at(-1)?.links[0] ?? '';
  };
  await withConsole(env, async () => {
    await test.step('somebody of the company signs in at its provider, and is a member', async () => {
      const page = await openPage({ baseURL });
      await page.goto('/webhooks');
      await expect(page.getByRole('button', { name: 'Sign in with Acme Login' })).toBeVisible();
      await expectNoAxeViolations(page);
      await page.getByRole('button', { name: 'Sign in with Acme Login' }).click();
      await signInAt(page, 'grace');
      await expect(page).toHaveURL('/webhooks');
      await page.goto('/settings/account');
      await expect(page.getByText('You sign in elsewhere, and give your second factor there.')).toBeVisible();
      await expect(page.getByRole('button', { name: 'Change password' })).toHaveCount(0);
      await expectNoAxeViolations(page);
    });

    await test.step('a stranger is told that nobody has invited them', async () => {
      const page = await openPage({ baseURL });
      await page.goto('/sign-in');
      await page.getByRole('button', { name: 'Sign in with Acme Login' }).click();
      await signInAt(page, 'mallory');
      await expect(page.getByRole('main').getByRole('alert')).toContainText('ask an admin for an invitation');
      await expectNoAxeViolations(page);
    });

    await test.step('whose address the provider does not call verified reads why, and what whoever runs the console can set', async () => {
      const page = await openPage({ baseURL });
      await page.goto('/sign-in');
      await page.getByRole('button', { name: 'Sign in with Acme Login' }).click();
      await signInAt(page, 'entra');
      const alert = page.getByRole('main').getByRole('alert');
      await expect(alert).toContainText('does not say that your e-mail address is verified');
      await expect(alert).toContainText('OIDC_TRUST_EMAIL');
    });

    const page = await openPage({ baseURL });
    await test.step('a forgotten password is replaced by mail', async () => {
      await page.goto('/sign-in');
      await page.getByRole('button', { name: 'Forgot your password?' }).click();
      await expectNoAxeViolations(page);
      await page.getByLabel('E-mail of your account').fill(ADMIN.email);
      await page.getByRole('button', { name: 'Send a link' }).click();
      await expect(page.getByText(`If ${ADMIN.email} has an account`)).toBeVisible();
      await page.goto(await newestLink(1));
      await page.getByLabel('New password').fill('administrator');
      await page.getByRole('button', { name: 'Change password' }).click();
      await expect(page.getByLabel('New password')).toHaveAccessibleDescription(/lists of leaked passwords/);
      await page.getByLabel('New password').fill('a new password of mine');
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByLabel('E-mail', { exact: true }).fill(ADMIN.email);
      await page.getByLabel('Password', { exact: true }).fill('a new password of mine');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await expect(page).toHaveURL('/connectors');
    });

    await test.step('an invitation is mailed', async () => {
      await page.goto('/settings/members');
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByRole('dialog').getByRole('textbox', { name: 'E-mail' }).fill('alan@guests.example');
      await page.getByRole('dialog').getByRole('button', { name: 'Make the link' }).click();
      await expect(page.getByText('The link is on its way to alan@guests.example.')).toBeVisible();
      const guest = await openPage({ baseURL });
      await guest.goto(await newestLink(2));
      await expect(guest.getByRole('heading', { name: /^Join / })).toBeVisible();
    });

    await test.step('whoever was squatted on signs in at the provider, and is told what ended', async () => {
      const invite = async (address: string) => {
        await page.goto('/settings/members');
        await page.getByRole('button', { name: 'Invite' }).click();
        await page.getByRole('dialog').getByRole('textbox', { name: 'E-mail' }).fill(address);
        await page.getByRole('dialog').getByRole('button', { name: 'Make the link' }).click();
        return page.getByRole('dialog').getByRole('textbox', { name: 'Link' }).inputValue();
      };
      const link = await invite('hedy@acme.example');
      const squatter = await openPage({ baseURL });
      await squatter.goto(link);
      await squatter.getByRole('textbox', { name: 'Your name' }).fill('Not Hedy');
      await squatter.getByRole('textbox', { name: 'Password' }).fill('a password of somebody else');
      await squatter.getByRole('button', { name: /^Join / }).click();
      await expect(squatter).toHaveURL('/connectors');
      await page.reload();
      await expect(page.getByRole('row', { name: 'Not Hedy' })).toContainText('Unconfirmed');
      await expectNoAxeViolations(page);
      const hedy = await openPage({ baseURL });
      await hedy.goto('/webhooks');
      await hedy.getByRole('button', { name: 'Sign in with Acme Login' }).click();
      await signInAt(hedy, 'hedy');
      await expect(hedy.getByText('Ended: 1 password, 1 session.')).toBeVisible();
      await expectNoAxeViolations(hedy);
      await hedy.getByRole('button', { name: 'Dismiss' }).click();
      await hedy.reload();
      await expect(hedy.getByText('Ended: 1 password')).toHaveCount(0);
      await squatter.goto('/connectors');
      await expect(squatter).toHaveURL(/\/sign-in/);
    });

    await test.step('a new address is confirmed by the link that it gets', async () => {
      await page.goto('/settings/account');
      await page.getByLabel('New e-mail').fill('countess@acme.example');
      await page.getByLabel('Your password').fill('a new password of mine');
      await page.getByRole('button', { name: 'Change e-mail' }).click();
      await expect(page.getByText('Open the link that is on its way to countess@acme.example.')).toBeVisible();
      await expectNoAxeViolations(page);
      await page.goto(await newestLink(5));
      await expectNoAxeViolations(page);
      await page.getByRole('button', { name: 'Confirm this address' }).click();
      await expect(page.getByText('You sign in with countess@acme.example from now on.')).toBeVisible();
    });
  });
});
