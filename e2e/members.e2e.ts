import { randomBytes } from 'node:crypto';
import { uniqueName } from '../src/testing/test-platform.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

const PASSWORD = 'correct horse battery';

test('an owner invites somebody by a link, who joins with a new account, gets another role, and is put out while they watch', async ({
  signedIn: page,
  openPage,
  permit,
  makeConnector,
  console: running,
}) => {
  // Whoever is put out is refused.
  permit(/status of (401|403|404|409)|ERR_INCOMPLETE_CHUNKED_ENCODING/);
  let email = `${randomBytes(6).toString('hex')}@example.com`;
  let link = '';
  await makeConnector();

  await test.step('makes the link', async () => {
    await page.goto('/settings/members');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill(email);
    await dialog.getByRole('combobox', { name: 'Role' }).click();
    await page.getByRole('option', { name: 'Admin' }).click();
    await expectNoAxeViolations(page);
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const field = dialog.getByRole('textbox', { name: 'Link' });
    await expect(field).toHaveValue(/\/invitation\?token=/);
    link = await field.inputValue();
    await expectNoAxeViolations(page);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('table', { name: 'Invitations' }).getByRole('row', { name: email })).toContainText(
      'Admin',
    );
    await expectNoAxeViolations(page);
  });

  const guest = await openPage({ baseURL: running.url });
  await test.step('the guest makes an account, and is in', async () => {
    await guest.goto(link);
    await expect(guest.getByRole('heading', { name: /^Join / })).toBeVisible();
    await expectNoAxeViolations(guest);
    await guest.getByRole('button', { name: /^Join / }).click();
    await expect(guest.getByRole('textbox', { name: 'Your name' })).toHaveAccessibleDescription(/Enter your name/);
    await guest.getByRole('textbox', { name: 'Your name' }).fill('Grace Hopper');
    await guest.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await guest.getByRole('button', { name: /^Join / }).click();
    await expect(guest).toHaveURL('/connectors');
    await expect(guest.getByRole('link', { name: 'New connector' }).first()).toBeVisible();
  });

  await test.step('the link works once', async () => {
    const late = await openPage({ baseURL: running.url });
    await late.goto(link);
    await expect(late.getByRole('heading', { name: 'This invitation no longer works' })).toBeVisible();
    await expectNoAxeViolations(late);
  });

  const row = page.getByRole('table', { name: 'Members' }).getByRole('row', { name: 'Grace Hopper' });
  await test.step('another role holds on the next request', async () => {
    await page.reload();
    await row.getByRole('combobox', { name: 'Role of Grace Hopper' }).click();
    await page.getByRole('option', { name: 'Member' }).click();
    await expect(page.getByText('Grace Hopper is member from now on.')).toBeVisible();
    await guest.reload();
    await expect(guest.getByText('You can look; an admin or owner can change connectors.')).toBeVisible();
  });

  await test.step('more rights for an unconfirmed address ask first', async () => {
    await expect(row).toContainText('Unconfirmed');
    await row.getByRole('combobox', { name: 'Role of Grace Hopper' }).click();
    await page.getByRole('option', { name: 'Owner' }).click();
    const dialog = page.getByRole('dialog', { name: 'Unconfirmed address' });
    await expect(dialog).toContainText(`Grace Hopper has not confirmed the address ${email}`);
    await expectNoAxeViolations(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.reload();
    await expect(row.getByRole('combobox', { name: 'Role of Grace Hopper' })).toHaveValue('Member');
    await row.getByRole('combobox', { name: 'Role of Grace Hopper' }).click();
    await page.getByRole('option', { name: 'Admin' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Change role' }).click();
    await expect(page.getByText('Grace Hopper is admin from now on.')).toBeVisible();
  });

  await test.step('without a mail server an admin changes an address, which is unconfirmed', async () => {
    await guest.goto('/settings/account');
    await expect(guest.getByText('Ask an admin to change yours')).toBeVisible();
    await expectNoAxeViolations(guest);
    await row.getByRole('button', { name: 'Actions for Grace Hopper' }).click();
    await page.getByRole('menuitem', { name: 'Change e-mail' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'New e-mail' }).fill(`new.${email}`);
    await expectNoAxeViolations(page);
    await dialog.getByRole('button', { name: 'Change e-mail' }).click();
    await expect(page.getByText(`Grace Hopper signs in with new.${email} from now on.`)).toBeVisible();
    email = `new.${email}`;
  });

  await test.step('whoever is removed is out of every open page within seconds', async () => {
    await guest.goto('/csp/stream');
    await expect(guest.getByRole('status').getByText('Live', { exact: true })).toBeVisible();
    await row.getByRole('button', { name: 'Actions for Grace Hopper' }).click();
    await page.getByRole('menuitem', { name: 'Link for a new password' }).click();
    await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Link' })).toHaveValue(
      /\/reset-password\?token=/,
    );
    await expectNoAxeViolations(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await row.getByRole('button', { name: 'Actions for Grace Hopper' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill(email);
    await dialog.getByRole('button', { name: 'Remove member' }).click();
    await expect(row).toHaveCount(0);
    await expect(guest).toHaveURL(/\/sign-in/);
  });

  await test.step('and is told so when they sign in again', async () => {
    await guest.getByLabel('E-mail').fill(email);
    await guest.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await guest.getByRole('button', { name: 'Sign in' }).click();
    await expect(guest.getByText('You are signed in, but in no organization.')).toBeVisible();
    await expectNoAxeViolations(guest);
  });
});

test('the last owner stays, and is told why', async ({ signedIn: page, permit, platform, console: { admin } }) => {
  permit(/status of 409/);
  // Other stories of this worker may have made owners.
  await platform.database.member.updateMany({
    where: { role: 'owner', user: { email: { not: admin.email } } },
    data: { role: 'admin' },
  });
  await page.goto('/settings/members');
  await page.getByRole('button', { name: 'Leave organization' }).click();
  const dialog = page.getByRole('dialog');
  const name = (await dialog.getByText(/^Type /).textContent())?.replace(/^Type (.*) to confirm$/, '$1') ?? '';
  await dialog.getByRole('textbox').fill(name);
  await dialog.getByRole('button', { name: 'Leave organization' }).click();
  await expect(page.getByText('This is the last owner. Make somebody else an owner first.')).toBeVisible();
});

test('a person makes a further organization, and switches between the two', async ({ pageOf, makePerson }) => {
  const page = await pageOf(await makePerson('member'));
  await page.goto('/connectors');
  const name = uniqueName('Second');
  const first = (await page.getByRole('region', { name: 'Console' }).textContent()) ?? '';
  await page.getByRole('button', { name: /Account/ }).click();
  await expectNoAxeViolations(page);
  await page.getByRole('menuitem', { name: 'New organization' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Create organization' }).click();
  await expect(page.getByRole('region', { name: 'Console' })).toContainText(name);
  await expect(page.getByRole('link', { name: 'CSP reports' })).toHaveCount(0);
  await page.getByRole('button', { name: /Account/ }).click();
  const other = page.getByRole('menuitemradio').filter({ hasNotText: name }).first();
  await other.click();
  await expect(page.getByRole('region', { name: 'Console' })).not.toContainText(name);
  expect(first).not.toContain(name);
});

test('a person sees where they are signed in, ends the other sessions, and changes their password', async ({
  pageOf,
  openPage,
  makePerson,
  permit,
  console: running,
}) => {
  permit(/status of 40[01]/);
  const person = await makePerson('member');
  const page = await pageOf(person);
  const elsewhere = await openPage({ baseURL: running.url });
  const data = { email: person.email, password: person.password };
  await elsewhere.request.post('/api/auth/sign-in/email', { data, headers: { origin: running.url } });
  await page.goto('/connectors');
  await page.getByRole('button', { name: /Account/ }).click();
  await page.getByRole('menuitem', { name: 'Account' }).click();
  const sessions = page.getByRole('table', { name: 'Sessions' });
  await expect(sessions).toContainText('this one');
  await expectNoAxeViolations(page);
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(sessions.locator('tbody tr')).toHaveCount(1);
  await elsewhere.goto('/connectors');
  await expect(elsewhere).toHaveURL(/\/sign-in/);
  await page.getByLabel('Password now').fill('not my password');
  await page.getByLabel('New password').fill('a quite other sentence');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByLabel('Password now')).toHaveAccessibleDescription(/This is not your password/);
  await page.getByLabel('Password now').fill(person.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Your password is changed, and every other session has ended.')).toBeVisible();
});
