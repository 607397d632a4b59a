import { expect, expectNoAxeViolations, test } from './fixtures.ts';

test('the delivery that a customer asks for is found by a value in its payload, over all webhooks, with its answer beside the list', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  const mark = crypto.randomUUID().slice(0, 8);
  receiver.answerWith((response, { body }) =>
    body.includes(`broken-${mark}`)
      ? response.writeHead(500, { 'content-type': 'text/plain' }).end('column customer_id is missing')
      : response.writeHead(204).end(),
  );
  const webhooks: string[] = [];
  for (const description of [`Order service ${mark}`, `Reports ${mark}`]) {
    const data = { event_type: 'dataset.updated', target_url: `${receiver.url}/${webhooks.length}`, description };
    webhooks.push((await (await rest.post('/api/webhooks', { data })).json()).id);
  }
  const publish = async (dataset_id: string, customer: string) =>
    rest.post('/api/events', { data: { event_type: 'dataset.updated', data: { dataset_id, customer } } });
  await publish(`fine-${mark}`, 'Grace');
  await publish(`broken-${mark}`, `Ada Lovelace ${mark}`);
  const table = page.getByRole('table', { name: 'Deliveries' });
  // Webhooks of other stories may receive everything.
  const own = table.getByRole('row').filter({ hasText: new RegExp(`(Order service|Reports) ${mark}`) });
  const search = page.getByRole('searchbox');

  await test.step('by a text in its payload, which is said', async () => {
    await page.goto('/deliveries');
    await search.fill(`lovelace ${mark}`);
    await expect(page).toHaveURL(/in=payload/);
    await expect(own).toHaveCount(2);
    await expect(own.first()).toContainText('Retrying');
    await expectNoAxeViolations(page);
  });

  await test.step('by its subject, and by how that begins', async () => {
    for (const text of [`fine-${mark}`, `fine-${mark.slice(0, 6)}`]) {
      await page.goto(`/deliveries?search=${text}`);
      await expect(own).toHaveCount(2);
      await expect(own.first()).toContainText('Delivered');
      await expect(own.first()).toContainText(`fine-${mark}`);
    }
  });

  await test.step('by its state and webhook, with a count for each state', async () => {
    await page.goto(`/deliveries?webhook=${webhooks[0]}`);
    await expect(page.getByRole('button', { name: 'Retrying 1' })).toBeVisible();
    await page.getByRole('button', { name: 'Retrying 1' }).click();
    await expect(table.getByRole('link')).toHaveCount(1);
    await expect(table).toContainText('500');
  });

  await test.step('by the minute, which is kept in the address', async () => {
    await page.getByRole('button', { name: 'More filters' }).click();
    const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    await page.getByLabel('Around').fill(now);
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page).toHaveURL(/around=/);
    await expect(table.getByRole('link')).toHaveCount(1);
  });

  await test.step('its answer opens beside the list, by mouse and by keyboard, and the address leads back to it', async () => {
    await page.goto(`/deliveries?webhook=${webhooks[0]}`);
    await table.getByRole('link').first().click();
    const panel = page.getByRole('region', { name: 'Details of the delivery' });
    await expect(panel).toContainText('The last answer was 500.');
    await expect(panel).toContainText('column customer_id is missing');
    await expect(panel.getByRole('button', { name: 'Retry now' })).toBeVisible();
    await expectNoAxeViolations(page);
    await page.keyboard.press('j');
    await expect(panel).toContainText('The receiver answered 204');
    await page.reload();
    await expect(panel).toContainText('The receiver answered 204');
    await page.keyboard.press('Escape');
    await expect(panel).toBeHidden();
  });

  await test.step('new deliveries are counted and move no row until they are asked for', async () => {
    const first = await table.getByRole('link').first().getAttribute('href');
    await publish(`fine-${mark}`, 'Alan');
    const more = page.getByRole('button', { name: '1 new' });
    await expect(more).toBeVisible();
    await expect(table.getByRole('link').first()).toHaveAttribute('href', first ?? '');
    await more.click();
    await expect(table.getByRole('link')).toHaveCount(3);
    await expect(more).toBeHidden();
  });

  await test.step('a row changes in place when its receiver is mended', async () => {
    receiver.answerWith((response) => response.writeHead(204).end());
    await page.goto(`/deliveries?webhook=${webhooks[0]}&status=retrying`);
    await expect(table).toContainText('Retrying');
    const id = (await table.getByRole('link').first().getAttribute('href'))?.split('/').at(-1);
    await rest.post(`/api/deliveries/${id}/retry`);
    await expect(table).toContainText('Delivered');
  });

  await test.step('what is shown can be downloaded, all of it', async () => {
    await page.goto(`/deliveries?webhook=${webhooks[1]}`);
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'CSV, for spreadsheets' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^deliveries-.*\.csv$/);
  });
  for (const id of webhooks) await rest.delete(`/api/webhooks/${id}`);
});
