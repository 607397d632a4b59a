import type { Page } from '@playwright/test';
import { uniqueName } from '../src/testing/test-platform.ts';
import { TWILIO } from '../src/testing/twilio-double.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();
const conflict = (page: Page) =>
  page.getByRole('alert').filter({ hasText: 'Somebody else changed this meanwhile, so nothing was saved' });

test('a webhook that two people change keeps both changes, and shows both values where they changed the same', async ({
  signedIn: page,
  pageOf,
  makePerson,
  receiver,
  rest,
  permit,
}) => {
  permit(/status of 409/);
  const data = { event_type: 'dataset.updated', target_url: `${receiver.url}/old`, description: 'Opened so' };
  const { id } = await (await rest.post('/api/webhooks', { data })).json();
  const stored = async () => (await rest.get(`/api/webhooks/${id}`)).json();
  const other = await pageOf(await makePerson('admin'));
  for (const one of [page, other]) {
    await one.goto(`/webhooks/${id}?tab=settings`);
    await expect(one.getByRole('textbox', { name: 'Description' })).toHaveValue('Opened so');
  }
  const receiverOf = (one: Page) => one.getByRole('textbox', { name: 'Receiver' });
  const descriptionOf = (one: Page) => one.getByRole('textbox', { name: 'Description' });

  await test.step('a description changed in an old tab does not bring the old address back', async () => {
    await receiverOf(other).fill(`${receiver.url}/new`);
    await save(other);
    await expect(other.getByText('Webhook saved.')).toBeVisible();
    await expect(receiverOf(page)).toHaveValue(`${receiver.url}/old`);
    await descriptionOf(page).fill('Changed in an old tab');
    const sent = page.waitForRequest(/webhooks\.update/);
    await save(page);
    const { version, ...change } = (await sent).postDataJSON();
    expect(change).toEqual({ id, description: 'Changed in an old tab' });
    expect(version).not.toBe('');
    await expect(
      page.getByText('Webhook saved. Also kept, as somebody else changed it meanwhile: Receiver.'),
    ).toBeVisible();
    await expect(receiverOf(page)).toHaveValue(`${receiver.url}/new`);
    expect(await stored()).toMatchObject({
      target_url: `${receiver.url}/new`,
      description: 'Changed in an old tab',
    });
  });

  await test.step('the same field shows both values: nothing is saved until one is chosen', async () => {
    await descriptionOf(other).fill('Theirs');
    await other.getByLabel('Requests at once').fill('3');
    await descriptionOf(page).fill('Mine');
    await save(page);
    await expect(page.getByText('Webhook saved.', { exact: true })).toBeVisible();
    await save(other);
    await expect(conflict(other)).toBeVisible();
    const field = conflict(other).getByRole('region', { name: 'Description' });
    await expect(field).toContainText('YoursTheirs');
    await expect(field).toContainText('TheirsMine');
    await expectNoAxeViolations(other);
    expect(await stored()).toMatchObject({ description: 'Mine', concurrency: 10 });
    await save(other);
    await expect(other.getByText('Choose which values to keep first.')).toBeVisible();
    await field.getByRole('button', { name: 'Keep mine' }).click();
    await expect(conflict(other)).toHaveCount(0);
    await expect(other.getByRole('button', { name: 'Save', exact: true })).toBeFocused();
    await save(other);
    await expect(other.getByText('Webhook saved.', { exact: true }).last()).toBeVisible();
    await expect.poll(stored).toMatchObject({ description: 'Theirs', concurrency: 3 });
  });

  await test.step('and theirs can be taken instead', async () => {
    await descriptionOf(page).fill('Mine again');
    await save(page);
    await conflict(page).getByRole('button', { name: 'Take theirs' }).click();
    await expect(descriptionOf(page)).toHaveValue('Theirs');
    expect(await stored()).toMatchObject({ description: 'Theirs' });
  });

  await test.step('saving what was not changed changes nothing', async () => {
    const { updated_at } = await stored();
    await save(page);
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeEnabled();
    expect((await stored()).updated_at).toBe(updated_at);
  });
});

test('a Twilio sender that was changed meanwhile stays, and is chosen where both changed it', async ({
  signedIn: page,
  rest,
  permit,
}) => {
  permit(/status of 409/);
  const { account_sid, auth_token, from } = TWILIO;
  const data = { name: uniqueName('WhatsApp'), type: 'twilio_messaging', config: { account_sid, auth_token, from } };
  const { id } = await (await rest.post('/api/connectors', { data })).json();
  const stored = async () => (await rest.get(`/api/connectors/${id}`)).json();
  await page.goto(`/connectors/${id}?tab=configuration`);
  await page.getByRole('button', { name: 'Edit' }).click();
  await rest.patch(`/api/connectors/${id}`, { data: { config: { from: '+14155550111' } } });
  const name = uniqueName('Renamed');
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await save(page);
  await expect(page.getByText(`${name} saved.`)).toBeVisible();
  expect(await stored()).toMatchObject({ name, config: { from: '+14155550111' } });

  await page.getByRole('button', { name: 'Edit' }).click();
  await rest.patch(`/api/connectors/${id}`, {
    data: { config: { from: '+14155550122', auth_token: 'a-token-that-others-gave' } },
  });
  const sender = page.getByRole('textbox', { name: 'From' });
  await sender.fill('+14155550133');
  await page.getByRole('textbox', { name: 'Auth token' }).fill('a-token-that-i-gave');
  await save(page);
  await expect(conflict(page).getByRole('region')).toHaveCount(2);
  await expect(conflict(page)).toContainText('The value that you entered');
  await expect(conflict(page)).not.toContainText('a-token');
  await expectNoAxeViolations(page);
  await conflict(page).getByRole('button', { name: 'Take theirs' }).first().click();
  await conflict(page).getByRole('button', { name: 'Take theirs' }).first().click();
  await expect(sender).toHaveValue('+14155550122');
  await expect(page.getByRole('textbox', { name: 'Auth token' })).toHaveValue('');
});

test('event types, alert settings and the organization show both values, too', async ({
  signedIn: page,
  pageOf,
  makePerson,
  makeConnector,
  rest,
  permit,
}) => {
  permit(/status of 409/);
  await makeConnector();

  await test.step('an event type', async () => {
    const name = `both.changed_${Date.now()}`;
    await rest.put(`/api/event-types/${name}`, { data: { description: 'Before', example: { a: 1 } } });
    await page.goto(`/events/types/${name}`);
    const description = page.getByRole('textbox', { name: 'Description' });
    await expect(description).toHaveValue('Before');
    await rest.patch(`/api/event-types/${name}`, { data: { description: 'Theirs', example: { a: 2 } } });
    await description.fill('Mine');
    await save(page);
    await expect(conflict(page)).toContainText('Theirs');
    await expect(page.getByLabel('Example')).toHaveValue(/2/);
    await conflict(page).getByRole('button', { name: 'Keep mine' }).click();
    await save(page);
    await expect(page.getByText('Event type saved.', { exact: true })).toBeVisible();
    const { items } = await (await rest.get('/api/event-types')).json();
    const [type] = items.filter((one: { name: string }) => one.name === name);
    expect(type).toMatchObject({ description: 'Mine', example: { a: 2 } });
  });

  await test.step('the alert settings', async () => {
    await page.goto('/csp/alerts');
    const times = page.getByLabel('Times the usual');
    await expect(times).toBeVisible();
    await rest.patch('/api/csp/alert-settings', { data: { spike_factor: 8, spike_minimum: 80 } });
    await times.fill('');
    await save(page);
    await expect(times).toHaveAccessibleDescription(/Enter a whole number from 2 to 100\./);
    await times.fill('9');
    await save(page);
    await expect(conflict(page).getByRole('region', { name: 'Times the usual' })).toContainText('Theirs8');
    await conflict(page).getByRole('button', { name: 'Take theirs' }).click();
    await expect(times).toHaveValue('8');
    await expect(page.getByLabel('Reports, at least')).toHaveValue('80');
  });

  await test.step('the organization', async () => {
    const other = await pageOf(await makePerson('owner'));
    for (const one of [page, other]) await one.goto('/settings/organization');
    const nameOf = (one: Page) => one.getByRole('textbox', { name: 'Name', exact: true });
    const before = await nameOf(page).inputValue();
    await nameOf(other).fill('Theirs');
    await save(other);
    await expect(other.getByText('Organization saved.')).toBeVisible();
    await nameOf(page).fill('Mine');
    await save(page);
    await expect(conflict(page).getByRole('region', { name: 'Name' })).toContainText('TheirsTheirs');
    await conflict(page).getByRole('button', { name: 'Keep mine' }).click();
    await nameOf(page).fill(before);
    await save(page);
    await expect(page.getByText('Organization saved.')).toBeVisible();
  });
});

test('a form says that somebody else has changed what it shows, and shows the changes when it is asked to', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  const data = { event_type: 'dataset.updated', target_url: `${receiver.url}/old`, description: 'Before' };
  const { id } = await (await rest.post('/api/webhooks', { data })).json();
  await page.clock.install();
  await page.goto(`/webhooks/${id}?tab=settings`);
  const description = page.getByRole('textbox', { name: 'Description' });
  await description.fill('Half-typed');
  await rest.patch(`/api/webhooks/${id}`, { data: { description: 'Theirs', target_url: `${receiver.url}/new` } });
  await page.clock.fastForward(20_000);
  await expect(page.getByText('Somebody else has changed this since you opened it.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Receiver' })).toHaveValue(`${receiver.url}/old`);
  await expect(description).toBeFocused();
  await page.getByRole('button', { name: 'Show the changes' }).click();
  await expect(page.getByRole('textbox', { name: 'Receiver' })).toHaveValue(`${receiver.url}/new`);
  await expect(description).toHaveValue('Half-typed');
  await expect(conflict(page).getByRole('region', { name: 'Description' })).toContainText('YoursHalf-typed');
});
