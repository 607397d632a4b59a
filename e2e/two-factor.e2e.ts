import { createTestOrganization, createTestUser } from '../src/testing/test-platform.ts';
import { totpOf } from '../src/testing/totp.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

test('an owner sets up two-factor authentication, requires it, and a member cannot go on without it', async ({
  pageOf,
  openPage,
  platform,
  permit,
  console: running,
}) => {
  // Wrong codes are refused, and so is everything to whoever lacks the second factor.
  permit(/status of 40[01]/);
  const organization = await createTestOrganization(platform);
  const owner = await createTestUser(platform, organization, 'owner');
  const member = await createTestUser(platform, organization, 'member');
  const page = await pageOf(owner);
  let secret = '';
  let codes: string[] = [];

  await test.step('the app scans the picture or takes the key, and its code switches it on', async () => {
    await page.goto('/settings/account');
    const section = page.getByRole('region', { name: 'Two-factor' });
    await expect(section).toContainText('Off');
    await section.getByRole('button', { name: 'Set up' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set up two-factor authentication' });
    await dialog.getByRole('textbox', { name: 'Password' }).fill('not this one');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await expect(dialog.getByRole('textbox', { name: 'Password' })).toHaveAccessibleDescription(/not your password/);
    await expectNoAxeViolations(page);
    await dialog.getByRole('textbox', { name: 'Password' }).fill(owner.password);
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await expect(dialog.getByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible();
    secret = (await dialog.locator('code').textContent()) ?? '';
    await expectNoAxeViolations(page);
    const code = dialog.getByRole('textbox', { name: 'Code from the app' });
    await code.fill('000000');
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    await expect(code).toHaveAccessibleDescription(/The code does not fit/);
    await code.fill(totpOf(secret));
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    const list = dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await expect(list).toHaveCount(10);
    codes = await list.allTextContents();
    await expectNoAxeViolations(page);
    await dialog.getByRole('button', { name: 'I have kept them' }).click();
    await expect(section).toContainText('10 of 10 recovery codes are left');
    await expectNoAxeViolations(page);
  });

  await test.step('signing in asks for a code of the app, or one of the recovery codes', async () => {
    const guest = await openPage({ baseURL: running.url });
    const signIn = async () => {
      await guest.goto('/sign-in');
      await guest.getByLabel('E-mail').fill(owner.email);
      await guest.getByRole('textbox', { name: 'Password' }).fill(owner.password);
      await guest.getByRole('button', { name: 'Sign in' }).click();
    };
    await signIn();
    const code = guest.getByRole('textbox', { name: 'Code', exact: true });
    await code.fill('000000');
    await guest.getByRole('button', { name: 'Sign in' }).click();
    await expect(code).toHaveAccessibleDescription(/The code does not fit/);
    await expectNoAxeViolations(guest);
    // A code works once: the one that switched it on is spent, and the next one counts already.
    await code.fill(totpOf(secret, Date.now() + 30_000));
    await guest.getByRole('button', { name: 'Sign in' }).click();
    await expect(guest).toHaveURL('/connectors');
    await guest.context().clearCookies();
    await signIn();
    await guest.getByRole('button', { name: 'Use a recovery code' }).click();
    await guest.getByRole('textbox', { name: 'Recovery code' }).fill(codes[3] ?? '');
    await guest.getByRole('button', { name: 'Sign in' }).click();
    await expect(guest).toHaveURL('/connectors');
    await page.reload();
    await expect(page.getByText('9 of 10 recovery codes are left')).toBeVisible();
  });

  await test.step('the owner requires it of everybody', async () => {
    await page.goto('/settings/organization');
    await page.getByRole('switch', { name: 'Require two-factor authentication' }).click();
    await expect(page.getByText('Two-factor authentication is required.')).toBeVisible();
    await expectNoAxeViolations(page);
    await page.goto('/settings/members');
    const members = page.getByRole('table', { name: 'Members' });
    await expect(members.getByRole('row', { name: owner.email })).toContainText('On');
    await expect(members.getByRole('row', { name: member.email })).toContainText('Off');
  });

  await test.step('a member sets it up before anything else opens', async () => {
    const theirs = await pageOf(member);
    await theirs.goto('/webhooks');
    await expect(theirs.getByRole('heading', { level: 1 })).toHaveText('Two-factor authentication');
    await expectNoAxeViolations(theirs);
    await theirs.getByRole('button', { name: 'Set up' }).click();
    const dialog = theirs.getByRole('dialog', { name: 'Set up two-factor authentication' });
    await dialog.getByRole('textbox', { name: 'Password' }).fill(member.password);
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog
      .getByRole('textbox', { name: 'Code from the app' })
      .fill(totpOf((await dialog.locator('code').textContent()) ?? ''));
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    await dialog.getByRole('button', { name: 'I have kept them' }).click();
    await expect(theirs.getByRole('heading', { level: 1 })).toHaveText('Webhooks');
  });
});

test('an owner deletes an organization, reading first what goes with it', async ({ pageOf, platform }) => {
  const organization = await createTestOrganization(platform);
  const page = await pageOf(await createTestUser(platform, organization, 'owner'));
  await organization.apiKeyId();
  await page.goto('/settings/organization');
  const section = page.getByRole('region', { name: 'Delete' });
  await expect(section).toContainText('1 member, 1 API key');
  await section.getByRole('button', { name: 'Delete organization' }).click();
  const dialog = page.getByRole('dialog', { name: `Delete ${organization.name}?` });
  await expect(dialog.getByRole('button', { name: 'Delete organization' })).toBeDisabled();
  await dialog.getByRole('textbox').fill(organization.name);
  await expectNoAxeViolations(page);
  await dialog.getByRole('button', { name: 'Delete organization' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await platform.database.organization.count({ where: { id: organization.id } })).toBe(0);
});
