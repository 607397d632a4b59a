import { expect, expectNoAxeViolations, test } from './fixtures.ts';

test('an address that leads nowhere says so, and leads back', async ({ signedIn: page, permit }) => {
  permit(/status of 404/);
  for (const path of ['/no-such-page', '/connectors/00000000-0000-7000-8000-000000000000', '/connectors/no-id']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page).toHaveTitle('Page not found · Honeyframe');
    await expect(page.getByRole('heading', { name: 'Page not found', level: 1 })).toBeVisible();
    await page.getByRole('link', { name: 'Go to connectors' }).click();
    await expect(page.getByRole('heading', { name: 'Connectors', level: 1 })).toBeVisible();
  }
});

test('a page that cannot be made says so, and comes when it is tried again', async ({
  signedIn: page,
  platform: { pool },
  permit,
}) => {
  permit(/status of 500|React error #441/);
  await pool.query('alter table connector rename to connector_away');
  try {
    await page.goto('/connectors');
    await expect(page.getByRole('heading', { name: 'This page could not be shown' })).toBeVisible();
    await expectNoAxeViolations(page);
  } finally {
    await pool.query('alter table connector_away rename to connector');
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Connectors', level: 1 })).toBeVisible();
});

test('a console that cannot be shown says so, and comes when it is tried again', async ({
  signedIn: page,
  platform: { pool },
  permit,
}) => {
  permit(/status of 500|React error #441/);
  await pool.query('alter table organization rename to organization_away');
  try {
    await page.goto('/connectors');
    await expect(page.getByRole('heading', { name: 'Something went wrong', level: 1 })).toBeVisible();
    await expectNoAxeViolations(page);
  } finally {
    await pool.query('alter table organization_away rename to organization');
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Connectors', level: 1 })).toBeVisible();
});

test('a console that does not answer is told where its data would be, and asked again', async ({
  signedIn: page,
  makeConnector,
  permit,
}) => {
  permit(/ERR_CONNECTION_REFUSED/);
  const { id } = await makeConnector();
  await page.goto(`/connectors/${id}`);
  await page.route('**/api/trpc/**', (route) => route.abort('connectionrefused'));
  await page.getByLabel('Message').fill('Anybody there?');
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(page.getByRole('main').getByRole('alert')).toHaveText(
    'The console does not answer. Check the connection and try again.',
  );
  await page.getByRole('link', { name: 'Organization' }).click();
  const general = page.getByRole('region', { name: 'General' });
  await expect(general.getByRole('alert')).toContainText('The console does not answer.');
  await expectNoAxeViolations(page);
  await page.unrouteAll();
  await general.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeVisible();
});

test('who was signed out elsewhere is asked to sign in, and comes back', async ({ makePerson, pageOf, permit }) => {
  permit(/status of 401/);
  const person = await makePerson('admin');
  const page = await pageOf(person);
  await page.goto('/connectors');
  await page.context().clearCookies();
  await page.getByRole('link', { name: 'Organization' }).click();
  await expect(page).toHaveURL('/sign-in?next=%2Fsettings%2Forganization');
});
