import { expect, expectNoAxeViolations, test } from './fixtures.ts';

test('a newcomer opens the link of the banner, makes the first account and sees how to begin', async ({
  freshConsole,
  openPage,
  permit,
}) => {
  permit(/status of 403/);
  const page = await openPage();
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
    await expect(page.getByLabel('Organization')).toHaveAccessibleDescription(/Give a name\./);
    await expect(page.getByLabel('Organization')).toBeFocused();
    await expect(name).toHaveAccessibleDescription(/Give your name\./);
    await expect(email).toHaveAccessibleDescription(/Give your e-mail address\./);
    await expect(password).toHaveAccessibleDescription(/Use at least 12 characters\./);
    await expectNoAxeViolations(page);
  });

  const fill = async () => {
    await page.getByLabel('Organization').fill('Acme & Söhne');
    await name.fill('Ada Lovelace');
    await email.fill('ada@example.com');
    await password.fill('correct horse battery');
  };

  await test.step('a wrong token is refused in words', async () => {
    await page.goto(`${freshConsole.url}/set-up?token=not-the-token`);
    await fill();
    await create.click();
    await expect(page.getByRole('main').getByRole('alert')).toContainText('open the link that its start printed');
  });

  await test.step('the account is made, and its owner is signed in', async () => {
    await page.goto(setUpUrl);
    await fill();
    await create.click();
    await expect(page).toHaveURL(`${freshConsole.url}/connectors`);
    await expect(page.getByText('Acme & Söhne')).toBeVisible();
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
});
