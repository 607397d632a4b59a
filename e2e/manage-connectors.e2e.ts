import { uniqueName } from '../src/testing/test-platform.ts';
import { expect, test } from './fixtures.ts';

test('editing keeps the secret unless another is given, and refuses a name that is taken', async ({
  signedIn: page,
  receiver,
  makeConnector,
  rest,
  permit,
}) => {
  permit(/status of 409/);
  const taken = await makeConnector();
  const { id, name } = await makeConnector();
  await page.goto(`/connectors/${id}?tab=configuration`);
  await expect(page.getByText(`127.0.0.1:${receiver.port}/`)).toContainText('•');
  await expect(page.getByText('abc123')).toHaveCount(0);

  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Name').fill(taken.name);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Name')).toHaveAccessibleDescription(
    `There is already a connector with the name "${taken.name}". Choose another name.`,
  );
  await expect(page.getByLabel('Name')).toBeFocused();

  const renamed = `${name} renamed`;
  await page.getByLabel('Name').fill(renamed);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`${renamed} saved.`)).toBeVisible();
  await expect(page.getByRole('heading', { name: renamed, level: 1 })).toBeVisible();
  await expect(page).toHaveTitle(`${renamed} · Honeyframe`);
  await rest.post(`/api/connectors/${id}/test`, { data: { message: 'after the rename' } });
  expect(receiver.requests.map(({ path }) => path)).toEqual(['/webhook/abc123']);

  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Webhook URL').fill(`${receiver.url}/webhook/another`);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'Edit' })).toBeVisible();
  await rest.post(`/api/connectors/${id}/test`, { data: { message: 'after the change' } });
  expect(receiver.requests.map(({ path }) => path)).toEqual(['/webhook/abc123', '/webhook/another']);
});

test('a connector is deleted only once its name has been typed', async ({ signedIn: page, makeConnector, rest }) => {
  const { id, name } = await makeConnector();
  await page.goto(`/connectors/${id}?tab=configuration`);
  await page.getByRole('button', { name: 'Delete connector' }).click();
  const dialog = page.getByRole('dialog', { name: `Delete ${name}?` });
  const confirm = dialog.getByRole('button', { name: 'Delete connector' });
  await expect(confirm).toBeDisabled();
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name.slice(0, -1));
  await expect(confirm).toBeDisabled();
  await page.keyboard.press('Enter');
  expect((await rest.get(`/api/connectors/${id}`)).status()).toBe(200);

  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await confirm.click();
  await expect(page.getByText(`${name} is deleted.`)).toBeVisible();
  await expect(page).toHaveURL('/connectors');
  await expect(page.getByRole('row', { name })).toHaveCount(0);
  expect((await rest.get(`/api/connectors/${id}`)).status()).toBe(404);
});

test('the list is searched and filtered in its address, which survives a reload', async ({
  signedIn: page,
  makeConnector,
}) => {
  const word = uniqueName('Finder').replace(' ', '-');
  const on = await makeConnector({ name: `${word} on` });
  const off = await makeConnector({ name: `${word} off`, enabled: false });
  await page.goto('/connectors');
  const rows = page.getByRole('table', { name: 'Connectors' }).getByRole('row');

  await page.keyboard.press('/');
  await expect(page.getByLabel('Search connectors')).toBeFocused();
  await page.keyboard.type(word.toUpperCase());
  await expect(page).toHaveURL(`/connectors?search=${word.toUpperCase()}`);
  await expect(rows).toHaveCount(3);

  await page.getByRole('combobox', { name: 'State' }).click();
  await page.getByRole('option', { name: 'Disabled' }).click();
  await expect(rows).toHaveCount(2);
  await expect(page.getByRole('link', { name: off.name })).toBeVisible();
  await page.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: 'n8n webhook' }).click();
  await expect(page).toHaveURL(`/connectors?search=${word.toUpperCase()}&state=disabled&type=n8n_webhook`);

  await page.reload();
  await expect(page.getByLabel('Search connectors')).toHaveValue(word.toUpperCase());
  await expect(page.getByRole('combobox', { name: 'State' })).toHaveValue('Disabled');
  await expect(page.getByRole('combobox', { name: 'Type' })).toHaveValue('n8n webhook');
  await expect(rows).toHaveCount(2);

  await page.getByLabel('Search connectors').fill('nobody is called that');
  await expect(page.getByRole('heading', { name: 'No connector matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL('/connectors');
  await expect(page.getByRole('link', { name: on.name })).toBeVisible();
  await expect(page.getByLabel('Search connectors')).toHaveValue('');
});
