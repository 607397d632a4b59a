import type { Page, Route } from '@playwright/test';
import { createTestOrganization, createTestUser } from '../src/testing/test-platform.ts';
import { totpOf } from '../src/testing/totp.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

type Rest = { get: (path: string) => Promise<{ json: () => Promise<{ items: { target: { id: string } }[] }> }> };

/** How often the audit log says that a webhook's secret was rotated. */
async function rotationsOf(rest: Rest, id: string): Promise<number> {
  const { items } = await (await rest.get('/api/audit-log?action=webhook.secret_rotated')).json();
  return items.filter(({ target }) => target.id === id).length;
}

const secretSection = (page: Page) => page.getByRole('region', { name: 'Secret' });

test('rotating a secret asks first and says what stops verifying, and an empty overlap is the default of 24 hours', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  const data = { event_type: 'dataset.deleted', target_url: `${receiver.url}/hooks` };
  const { id } = await (await rest.post('/api/webhooks', { data })).json();
  await page.goto(`/webhooks/${id}?tab=settings`);
  const section = secretSection(page);
  const overlap = section.getByRole('textbox', { name: 'Overlap in hours' });
  const dialog = page.getByRole('dialog', { name: 'Rotate the signing secret?' });

  await test.step('without an overlap the present secret stops at once; a question that is canceled changes nothing', async () => {
    await overlap.fill('0');
    await section.getByRole('button', { name: 'Rotate secret' }).click();
    await expect(dialog).toContainText('The present one stops signing at once');
    await expectNoAxeViolations(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
    expect(await rotationsOf(rest, id)).toBe(0);
  });

  await test.step('an empty field is 24 hours, as it shows, and no end of the present secret', async () => {
    await overlap.fill('');
    await expect(overlap).toHaveAttribute('placeholder', '24');
    await section.getByRole('button', { name: 'Rotate secret' }).click();
    await expect(dialog).toContainText('The present one still signs too until');
    const asked = page.waitForRequest(/webhooks\.rotateSecret/);
    await dialog.getByRole('button', { name: 'Rotate secret' }).click();
    expect((await asked).postDataJSON()).toEqual({ id, overlap_hours: 24 });
    await expect(section.getByLabel('Signing secret')).toHaveValue(/^whsec_/);
    await expectNoAxeViolations(page);
    const { previous_secret_until, updated_at } = await (await rest.get(`/api/webhooks/${id}`)).json();
    expect(Date.parse(previous_secret_until) - Date.parse(updated_at)).toBe(24 * 3_600_000);
  });

  await test.step('during an overlap it says that the secret before stops, too', async () => {
    await section.getByRole('button', { name: 'Done' }).click();
    await section.getByRole('button', { name: 'Rotate secret' }).click();
    await expect(dialog).toContainText('It stops now');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await rotationsOf(rest, id)).toBe(1);
  });
});

test('a rotated secret, half-typed settings and the focus stay while others change and pause the webhook', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  const data = { event_type: 'dataset.deleted', target_url: `${receiver.url}/hooks`, description: 'Watched' };
  const { id } = await (await rest.post('/api/webhooks', { data })).json();
  await page.clock.install();
  await page.goto(`/webhooks/${id}?tab=settings`);
  const section = secretSection(page);
  await section.getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate secret' }).click();
  const secret = await section.getByLabel('Signing secret').inputValue();
  expect(secret).toMatch(/^whsec_/);
  const filter = page.getByLabel('Filter');
  await filter.fill('{"dataset_id": "half-ty');
  await expect(filter).toBeFocused();

  await rest.patch(`/api/webhooks/${id}`, { data: { description: 'Changed by a program' } });
  await rest.post(`/api/webhooks/${id}/pause`);
  await page.clock.fastForward(20_000);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Changed by a program');
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
  await expect(section.getByLabel('Signing secret')).toHaveValue(secret);
  await expect(filter).toHaveValue('{"dataset_id": "half-ty');
  await expect(filter).toBeFocused();

  await test.step('also on another tab of the page, and until it is dismissed', async () => {
    await page.getByRole('tab', { name: 'Test' }).click();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await expect(section.getByLabel('Signing secret')).toHaveValue(secret);
    await expect(section.getByRole('button', { name: 'Rotate secret' })).toHaveCount(0);
    await section.getByRole('button', { name: 'Done' }).click();
    await expect(section.getByLabel('Signing secret')).toHaveCount(0);
    await expect(section.getByRole('button', { name: 'Rotate secret' })).toBeVisible();
  });
});

/** Escape and a click beside a dialog: slips that must not close one that shows something once. */
async function slip(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.mouse.click(5, 5);
}

/** Holds the answer of a call until it is let go. */
async function hold(page: Page, url: RegExp): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(url, async (route: Route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}

test('API keys, recovery codes, and invitation and password links stay until they are dismissed, also when the dialog was closed before they came', async ({
  pageOf,
  platform,
}) => {
  const organization = await createTestOrganization(platform);
  const owner = await createTestUser(platform, organization, 'owner');
  const member = await createTestUser(platform, organization, 'member');
  const page = await pageOf(owner);

  await test.step('an API key', async () => {
    await page.goto('/settings/api-keys');
    await page.getByRole('button', { name: 'Create key' }).first().click();
    const form = page.getByRole('dialog', { name: 'Create API key' });
    await form.getByLabel('Name').fill('Late');
    const letGo = await hold(page, /apiKeys\.create/);
    await form.getByRole('button', { name: 'Create key' }).click();
    await page.keyboard.press('Escape');
    await expect(form).toBeHidden();
    letGo();
    const created = page.getByRole('dialog', { name: 'Copy your key now' });
    await expect(created.getByLabel('API key')).toHaveValue(/./);
    await slip(page);
    await expect(created.getByLabel('API key')).toBeVisible();
    await created.getByRole('button', { name: 'Done' }).click();
    await expect(created).toBeHidden();
  });

  await test.step('an invitation link', async () => {
    await page.goto('/settings/members');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill(`late-${Date.now()}@example.com`);
    const letGo = await hold(page, /invitations\.create/);
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    letGo();
    const link = dialog.getByRole('textbox', { name: 'Link' });
    await expect(link).toHaveValue(/\/invitation\?token=/);
    await slip(page);
    await expect(link).toBeVisible();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('a link for a new password', async () => {
    const name = (await platform.database.user.findUniqueOrThrow({ where: { id: member.id } })).name;
    await page
      .getByRole('button', { name: `Actions for ${name}`, exact: true })
      .last()
      .click();
    await page.getByRole('menuitem', { name: 'Link for a new password' }).click();
    const dialog = page.getByRole('dialog', { name: /^A new password for/ });
    await expect(dialog.getByRole('textbox', { name: 'Link' })).toHaveValue(/token=/);
    await expectNoAxeViolations(page);
    await slip(page);
    await expect(dialog.getByRole('textbox', { name: 'Link' })).toBeVisible();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('recovery codes, when two-factor authentication is switched on and when they are replaced', async () => {
    await page.goto('/settings/account');
    const section = page.getByRole('region', { name: 'Two-factor' });
    await section.getByRole('button', { name: 'Set up' }).click();
    const enabling = page.getByRole('dialog', { name: 'Set up two-factor authentication' });
    await enabling.getByRole('textbox', { name: 'Password' }).fill(owner.password);
    await enabling.getByRole('button', { name: 'Continue' }).click();
    const secret = (await enabling.locator('code').textContent()) ?? '';
    await enabling.getByRole('textbox', { name: 'Code from the app' }).fill(totpOf(secret));
    const letGo = await hold(page, /two-factor\/verify-totp/);
    await enabling.getByRole('button', { name: 'Switch on' }).click();
    await page.keyboard.press('Escape');
    await expect(enabling).toBeHidden();
    letGo();
    const codes = page.getByRole('dialog').getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await expect(codes).toHaveCount(10);
    await slip(page);
    await expect(codes).toHaveCount(10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await section.getByRole('button', { name: 'New recovery codes' }).click();
    const renewing = page.getByRole('dialog', { name: 'New recovery codes' });
    await renewing.getByRole('textbox', { name: 'Password' }).fill(owner.password);
    await renewing.getByRole('button', { name: 'Make new codes' }).click();
    await expect(codes).toHaveCount(10);
    await slip(page);
    await expect(codes).toHaveCount(10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await expect(renewing).toBeHidden();
  });
});

test('a form stays as it is when the page asks again and gets no answer', async ({ signedIn: page, rest, permit }) => {
  permit(/status of 500/);
  const name = `kept.form_${Date.now()}`;
  await rest.put(`/api/event-types/${name}`, { data: { description: 'Before' } });
  await page.clock.install();
  await page.goto(`/events/types/${name}`);
  const description = page.getByRole('textbox', { name: 'Description' });
  await description.fill('Half-typed');
  await page.route(/eventTypes\.list/, (route) => route.fulfill({ status: 500, body: '{}' }));
  const refused = page.waitForResponse(
    (response) => /eventTypes\.list/.test(response.url()) && response.status() === 500,
  );
  await page.clock.fastForward(10_000);
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await refused;
  await page.clock.fastForward(20_000);
  await expect(description).toHaveValue('Half-typed');
  await expect(description).toBeFocused();
});
