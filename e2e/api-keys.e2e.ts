import { uniqueName } from '../src/testing/test-platform.ts';
import { expect, test } from './fixtures.ts';

test('a key is made with its scopes, shown once, used, and refused once it is revoked', async ({
  signedIn: page,
  console: { url },
  playwright,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const name = uniqueName('Nightly export');
  const row = page.getByRole('row', { name });

  const key = await test.step('is made, and copied the one time that it is shown', async () => {
    await page.goto('/settings/api-keys');
    await page.getByRole('button', { name: 'Create key' }).click();
    const form = page.getByRole('dialog', { name: 'Create API key' });
    await expect(form.getByLabel('Name')).toBeFocused();
    await form.getByRole('checkbox', { name: 'read' }).uncheck();
    await form.getByRole('button', { name: 'Create key' }).click();
    await expect(form.getByLabel('Name')).toHaveAccessibleDescription(/Name is required\./);
    await expect(form.getByText('Choose at least one scope.')).toBeVisible();

    await form.getByLabel('Name').fill(name);
    await form.getByRole('checkbox', { name: 'read' }).check();
    await form.getByRole('combobox', { name: 'Expires' }).click();
    await form.getByRole('option', { name: 'In 30 days' }).click();
    await form.getByRole('button', { name: 'Create key' }).click();

    const created = page.getByRole('dialog', { name: 'Copy your key now' });
    const shown = await created.getByLabel('API key').inputValue();
    await created.getByRole('button', { name: 'Copy key' }).click();
    await expect(created.getByRole('status')).toHaveText('Copied');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(shown);

    await page.keyboard.press('Escape');
    await expect(created, 'a slip of the finger loses no key').toBeVisible();
    await created.getByRole('button', { name: 'Done' }).click();
    await expect(created).toBeHidden();
    return shown;
  });

  await test.step('is listed by its beginning, with scopes and expiry, and never in full again', async () => {
    await page.reload();
    await expect(row).toContainText(key.slice(0, 8));
    await expect(row).toContainText('read');
    await expect(row).toContainText('Active');
    await expect(row).toContainText('Never');
    await expect(row).toContainText(/in (29 days|4 weeks)/);
    expect(await page.content()).not.toContain(key);
  });

  const program = await playwright.request.newContext({
    baseURL: url,
    extraHTTPHeaders: { authorization: `Bearer ${key}` },
  });

  await test.step('does what its scopes allow, and no more', async () => {
    expect((await program.get('/api/connectors')).status()).toBe(200);
    const refused = await program.post('/api/connectors', { data: { name: 'No', type: 'n8n_webhook', config: {} } });
    expect(refused.status()).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('write') });
    await page.reload();
    await expect(row).toContainText('just now');
  });

  await test.step('is revoked after a question that names it', async () => {
    await page.getByRole('button', { name: `Revoke ${name}` }).click();
    const question = page.getByRole('dialog', { name: `Revoke ${name}?` });
    await expect(question).toContainText(`Whatever uses the key ${key.slice(0, 8)}`);
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect((await program.get('/api/connectors')).status()).toBe(200);

    await page.getByRole('button', { name: `Revoke ${name}` }).click();
    await question.getByRole('button', { name: 'Revoke key' }).click();
    await expect(page.getByText(`${name} is revoked.`)).toBeVisible();
    await expect(row).toContainText('Revoked');
    await expect(page.getByRole('button', { name: `Revoke ${name}` })).toHaveCount(0);
    expect((await program.get('/api/connectors')).status()).toBe(401);
  });

  await program.dispose();
});
