import { expect, test } from './fixtures.ts';

const email = 'E-mail';
const password = 'Password';

test('a wrong password is said plainly, and the right one leads to the page that was asked for', async ({
  page,
  console: { admin },
  permit,
}) => {
  permit(/status of 401/);
  await page.goto('/settings/api-keys');
  await expect(page).toHaveURL('/sign-in?next=%2Fsettings%2Fapi-keys');

  const signIn = page.getByRole('button', { name: 'Sign in' });
  await signIn.click();
  await expect(page.getByLabel(email)).toHaveAccessibleDescription('Enter your e-mail address.');
  await expect(page.getByLabel(password, { exact: true })).toHaveAccessibleDescription('Enter your password.');

  await page.getByLabel(email).fill(admin.email);
  await page.getByLabel(password, { exact: true }).fill('not the password');
  await signIn.click();
  await expect(page.getByRole('main').getByRole('alert')).toHaveText(
    'E-mail address and password do not match an account.',
  );
  await expect(page.getByLabel(email)).toHaveValue(admin.email);

  await page.getByLabel(password, { exact: true }).fill(admin.password);
  await signIn.click();
  await expect(page).toHaveURL('/settings/api-keys');
  await expect(page.getByRole('heading', { name: 'API keys', level: 1 })).toBeVisible();
});

test('a link of somebody else never leads out of the console', async ({ page, makePerson }) => {
  const person = await makePerson('member');
  await page.goto('/sign-in?next=//evil.example.com/connectors');
  await page.getByLabel(email).fill(person.email);
  await page.getByLabel(password, { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/connectors');
});

test('after too many tries the page says in how many minutes the next one counts', async ({ page, permit }) => {
  permit(/status of (401|429)/);
  await page.goto('/sign-in');
  await page.getByLabel(email).fill('mallory@example.com');
  await page.getByLabel(password, { exact: true }).fill('a guess of many');
  const statuses: number[] = [];
  for (let tries = 1; tries <= 6; tries += 1) {
    const answer = page.waitForResponse('**/api/auth/sign-in/email');
    await page.getByRole('button', { name: 'Sign in' }).click();
    statuses.push((await answer).status());
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  await expect(page.getByRole('main').getByRole('alert')).toHaveText(
    'Too many attempts to sign in. Try again in 15 minutes.',
  );
});

test('who signs out is out, also for the back button', async ({ page, makePerson }) => {
  const person = await makePerson('admin');
  await page.goto('/sign-in');
  await page.getByLabel(email).fill(person.email);
  await page.getByLabel(password, { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  // Signing in loads the console anew: its buttons are there before they work.
  await page.waitForURL('/connectors');
  await page.waitForLoadState('networkidle');
  await page.getByRole('button', { name: person.email }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('a forgotten password is replaced by a link that works once', async ({
  page,
  pageOf,
  console: running,
  makePerson,
  permit,
}) => {
  permit(/status of 400/);
  const person = await makePerson('member');
  const otherSession = await pageOf(person);
  await otherSession.goto('/connectors');
  await expect(otherSession).toHaveURL('/connectors');

  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Forgot your password?' }).click();
  await expect(page.getByText('npm run cli -- users reset-link EMAIL')).toBeVisible();

  const link = await running.command('users', 'reset-link', person.email);
  const chooseNew = async () => {
    await page.goto(link);
    await expect(page.getByRole('heading', { name: 'Choose a new password', level: 1 })).toBeVisible();
    await page.getByLabel('New password', { exact: true }).fill('another horse battery');
    await page.getByRole('button', { name: 'Change password' }).click();
  };
  await page.goto(link);
  await page.getByLabel('New password', { exact: true }).fill('too short');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByLabel('New password', { exact: true })).toHaveAccessibleDescription(
    /Use at least 12 characters\./,
  );
  await chooseNew();
  await expect(page.getByRole('status')).toHaveText(
    'Your password is changed, and every other session has ended. Ended: 1 session.',
  );

  await otherSession.reload();
  await expect(otherSession).toHaveURL('/sign-in?next=%2Fconnectors');

  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel(email).fill(person.email);
  await page.getByLabel(password, { exact: true }).fill('another horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/connectors');

  await chooseNew();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('This link was already used or has expired.');
});
