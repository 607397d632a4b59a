import { uniqueName } from '../src/testing/test-platform.ts';
import { expect, test } from './fixtures.ts';

test('an owner renames the organization, and sees who belongs to it', async ({
  signedIn: page,
  console: { admin },
  makePerson,
}) => {
  const colleague = await makePerson('admin');
  await page.goto('/settings/organization');
  const name = page.getByRole('textbox', { name: 'Name' });
  const slug = page.getByLabel('Slug');
  const save = page.getByRole('button', { name: 'Save' });
  await expect(save).toBeDisabled();

  await name.fill('');
  await slug.fill('Not a slug');
  await save.click();
  await expect(name).toHaveAccessibleDescription(/Name is required\./);
  await expect(slug).toHaveAccessibleDescription(/Use lowercase letters, digits, and single hyphens\./);

  const newName = uniqueName('Acme');
  await name.fill(newName);
  await slug.fill(newName.toLowerCase().replace(' ', '-'));
  await save.click();
  await expect(page.getByText('Organization saved.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Console' })).toContainText(newName);
  await page.reload();
  await expect(name).toHaveValue(newName);

  await page.getByRole('link', { name: 'See the members' }).click();
  const members = page.getByRole('table', { name: 'Members' });
  const roleOf = (email: string) => members.getByRole('row', { name: email }).getByRole('combobox');
  await expect(roleOf(admin.email)).toHaveValue('Owner');
  await expect(roleOf(colleague.email)).toHaveValue('Admin');
});

test('a member looks at everything, changes nothing, and is told why', async ({
  makePerson,
  pageOf,
  makeConnector,
  rest,
  receiver,
}) => {
  const { id, name } = await makeConnector();
  await rest.post(`/api/connectors/${id}/test`, { data: { message: 'not for a member' } });
  const page = await pageOf(await makePerson('member'));

  await page.goto('/connectors');
  await expect(page.getByText('You can look; an admin or owner can change connectors.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'New connector' })).toHaveCount(0);

  await page.getByRole('link', { name }).click();
  await expect(page.getByRole('tab', { name: 'History' }), 'what a member can use').toHaveAttribute(
    'aria-selected',
    'true',
  );
  await expect(page.getByRole('switch')).toHaveCount(0);
  await page.getByRole('button', { name: '200 Delivered' }).click();
  const send = page.getByRole('dialog', { name: 'Send' });
  await expect(send).toContainText('Only an admin or owner sees what messages say.');
  await expect(send).not.toContainText('not for a member');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Test' }).click();
  await expect(page.getByText('Only an admin or owner can send tests.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send test' })).toHaveCount(0);
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await expect(page.getByText('Only an admin or owner can change them.')).toBeVisible();
  await expect(page.getByRole('button', { name: /Edit|Delete/ })).toHaveCount(0);

  await page.goto('/connectors/new');
  await expect(page.getByText('Only an admin or owner can make connectors. Ask one of them.')).toBeVisible();
  await page.goto('/settings/api-keys');
  await expect(page.getByText('You can look; an admin or owner can create and revoke keys.')).toBeVisible();
  await expect(page.getByRole('button', { name: /Create|Revoke/ })).toHaveCount(0);
  await page.goto('/settings/organization');
  await expect(page.getByRole('region', { name: 'General' })).toContainText('Only an admin or owner can change them.');
  await expect(page.getByRole('textbox')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);

  await test.step('also when the pages are passed by', async () => {
    const headers = { origin: new URL(page.url()).origin };
    const refused = await page.request.post(`/api/connectors/${id}/test`, { headers, data: { message: 'by the way' } });
    expect(refused.status()).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'FORBIDDEN' });
    expect(receiver.requests).toHaveLength(1);
  });
});
