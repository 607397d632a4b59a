import { uniqueName } from '../src/testing/test-platform.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

test('an administrator makes an event type of their own, publishes one by hand, and sees where it went', async ({
  signedIn: page,
  receiver,
  rest,
  permit,
}) => {
  // What is refused is told at its field.
  permit(/status of 400/);
  const name = `order.${uniqueName('paid').toLowerCase().replace(/\W+/g, '_')}`;

  await test.step('a schema that is none is told at its field', async () => {
    await page.goto('/events/types');
    await page.getByRole('link', { name: 'New event type' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByRole('textbox', { name: 'JSON Schema' }).fill('{"type": "nonsense"}');
    await page.getByRole('button', { name: 'Create event type' }).click();
    await expect(page.getByRole('textbox', { name: 'JSON Schema' })).toHaveAccessibleDescription(
      /This is not a usable JSON Schema/,
    );
    await expectNoAxeViolations(page);
  });

  await test.step('and so is an example that does not fulfil it', async () => {
    const schema = { type: 'object', required: ['order_id'], properties: { order_id: { type: 'string' } } };
    await page.getByRole('textbox', { name: 'JSON Schema' }).fill(JSON.stringify(schema));
    await page.getByRole('textbox', { name: 'Example' }).fill('{"order_id": 5}');
    await page.getByRole('button', { name: 'Create event type' }).click();
    await expect(page.getByRole('textbox', { name: 'Example' })).toHaveAccessibleDescription(/must be string/);
    await page.getByRole('textbox', { name: 'Example' }).fill('{"order_id": "order-17", "lines": [{"sku": "a"}]}');
    await page.getByRole('button', { name: 'Create event type' }).click();
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await expect(page.getByText('No webhook takes it.')).toBeVisible();
    await expectNoAxeViolations(page);
  });

  const subscribe = async (data: object) =>
    (await (await rest.post('/api/webhooks', { data: { target_url: `${receiver.url}/hooks`, ...data } })).json()).id;
  const taking = await subscribe({ event_type: [name], description: `Takes ${name}` });
  await subscribe({ event_type: ['dashboard.published'], description: `Other type ${name}` });
  await subscribe({ event_type: [name], filter: { order_id: 'order-18' }, description: `Filters ${name}` });
  const paused = await subscribe({ event_type: [name], description: `Paused ${name}` });
  await rest.post(`/api/webhooks/${paused}/pause`);

  await test.step('what does not fulfil the schema is told at its field, and then it is published', async () => {
    await page.getByRole('link', { name: 'Publish one' }).click();
    const data = page.getByRole('textbox', { name: 'Data' });
    await expect(data).toHaveValue(/order-17/);
    await data.fill('{"order_id": 5}');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await expect(data).toHaveAccessibleDescription(/must be string/);
    await expectNoAxeViolations(page);
    await data.fill('{"order_id": "order-17", "amount": 12345678901234567890, "lines": [{"sku": "a"}]}');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await expect(page.getByText('Published to 2 webhooks.')).toBeVisible();
  });

  await test.step('sees its deliveries end, and its payload folds', async () => {
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await expect(page.getByText('1 of 2 waiting')).toBeVisible();
    await expect(page.getByRole('table', { name: 'Deliveries' }).getByText('Delivered')).toBeVisible();
    const body = page.getByRole('region', { name: 'Body as sent' });
    await expect(body).toContainText('"amount": 12345678901234567890,');
    await expect(body.getByText('"sku": "a"')).toBeVisible();
    const lines = body.locator('summary', { hasText: '"lines": [' });
    await lines.focus();
    await page.keyboard.press('Enter');
    await expect(body.getByText('"sku": "a"')).toBeHidden();
    await expectNoAxeViolations(page);
  });

  await test.step('is told why each of the others did not get it', async () => {
    const answers: [string, RegExp][] = [
      [`Other type ${name}`, /The webhook subscribes to dashboard\.published, and the type of this event is order\./],
      [`Filters ${name}`, /This event doesn’t match the webhook’s filter/],
      [`Paused ${name}`, /Its delivery is pending because the webhook is paused. Resume the webhook/],
      [`Takes ${name}`, /This event has a delivery, which is delivered/],
    ];
    const later = await subscribe({ event_type: [name], description: `Later ${name}` });
    expect(later).toBeTruthy();
    await page.reload();
    answers.push([`Later ${name}`, /was created after this event was published/]);
    for (const [webhook, words] of answers) {
      const choice = page.getByRole('combobox', { name: 'Webhook' });
      await choice.fill(webhook);
      await page.getByRole('option', { name: webhook }).click();
      await expect(page.getByText(words)).toBeVisible();
    }
    await expectNoAxeViolations(page);
    await page.getByRole('link', { name: 'See the webhook' }).click();
    await expect(page).toHaveURL(/\/webhooks\/.+tab=settings/);
  });

  await test.step('finds it in the list by its type, and erases what it carries', async () => {
    await page.goto(`/events?type=${name}`);
    const row = page.getByRole('table', { name: 'Events' }).getByRole('row').nth(1);
    await expect(row).toContainText('by hand');
    await expectNoAxeViolations(page);
    await row.getByRole('link').click();
    await page.getByRole('button', { name: 'Erase payload' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill(name);
    await page.getByRole('dialog').getByRole('button', { name: 'Erase payload' }).click();
    await expect(page.getByText(/^The payload was erased/)).toBeVisible();
    await expect(page.getByRole('table', { name: 'Deliveries' })).toContainText('Cancelled');
  });

  await test.step('and deletes the type', async () => {
    await page.goto(`/events/types/${name}`);
    await expect(page.getByRole('table', { name: 'Webhooks' })).toContainText(`Takes ${name}`);
    await page.getByRole('button', { name: 'Delete event type' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill(name);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete event type' }).click();
    await expect(page).toHaveURL('/events/types');
    await expect(page.getByRole('table', { name: 'Event types' })).not.toContainText(name);
  });
  expect(taking).toBeTruthy();
});

test('a webhook gets what it missed while its receiver was away', async ({ signedIn: page, receiver, rest }) => {
  receiver.answerWith((response) => response.writeHead(410).end());
  const data = { event_type: 'dataset.deleted', target_url: `${receiver.url}/hooks`, description: 'Was away' };
  const { id } = await (await rest.post('/api/webhooks', { data })).json();
  await rest.post('/api/events', { data: { event_type: 'dataset.deleted', data: { dataset_id: 'dataset-7' } } });
  await expect.poll(async () => (await (await rest.get(`/api/webhooks/${id}`)).json()).status).toBe('disabled');
  receiver.answerWith((response) => response.end());
  await page.goto(`/webhooks/${id}`);
  await page.getByRole('button', { name: 'Enable' }).click();
  await page.getByRole('button', { name: 'Recover' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('1 to send again.')).toBeVisible();
  await expectNoAxeViolations(page);
  await dialog.getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByText('1 event is sent again.')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Deliveries' }).getByRole('row').nth(1)).toContainText('Delivered');
});

test('the built console runs the JSON Schema of an event type: what fulfils it is published, and what does not is told its field', async ({
  rest,
}) => {
  const name = `invoice.${uniqueName('sent').toLowerCase().replace(/\W+/g, '_')}`;
  const schema = { type: 'object', required: ['total'], properties: { total: { type: 'number' } } };
  const put = (data: object) => rest.put(`/api/event-types/${name}`, { data });
  const publish = (data: object) => rest.post('/api/events', { data: { event_type: name, data } });

  const wrong = await put({ description: 'An invoice was sent.', schema, example: { total: 'much' } });
  expect([wrong.status(), (await wrong.json()).issues[0].path]).toEqual([400, ['example', 'total']]);
  const made = await put({ description: 'An invoice was sent.', schema, example: { total: 12.5 } });
  expect(made.ok()).toBe(true);

  const valid = await publish({ total: 99 });
  expect([valid.status(), (await valid.json()).duplicate]).toEqual([202, false]);
  const invalid = await publish({ total: 'ninety-nine' });
  expect(invalid.status()).toBe(400);
  expect((await invalid.json()).issues).toEqual([
    { path: ['data', 'total'], message: expect.stringMatching(/number/) },
  ]);
});
