import { Webhook } from 'standardwebhooks';
import { uniqueName } from '../src/testing/test-platform.ts';
import { until } from '../src/testing/until.ts';
import { expect, expectNoAxeViolations, screenshot, test } from './fixtures.ts';

test('from UPDATE dataintel.pipeline_runs SET status = ‘failed’ to the receiver’s verified request', async ({
  signedIn: page,
  platform,
  receiver,
  rest,
}) => {
  const { id: organization } = await platform.database.organization.findFirstOrThrow();
  const recipe = uniqueName('Join orders');

  const webhook = await test.step('a receiver subscribes to failed runs', async () => {
    const made = await rest.post('/api/webhooks', {
      data: { event_type: 'recipe.run.failed', target_url: `${receiver.url}/hooks` },
    });
    expect(made.status()).toBe(201);
    return made.json();
  });

  const runId = await test.step('the platform runs a recipe, and it fails', async () => {
    const { rows } = await platform.pool.query<{ id: string }>(
      `insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name, status)
       values ($1, 'recipe-17', $2, 'running') returning id`,
      [organization, recipe],
    );
    const id = rows[0]?.id ?? '';
    await platform.pool.query(
      `update dataintel.pipeline_runs set status = 'failed', error = 'The column customer_id is missing.' where id = $1`,
      [id],
    );
    return id;
  });

  await test.step('the receiver gets one signed request, and verifies it', async () => {
    const request = await until(
      'the request',
      () => receiver.requests.find(({ body }) => body.includes(runId)),
      30_000,
    );
    const payload = new Webhook(webhook.secret, {
      format: webhook.secret.startsWith('whsec_') ? undefined : 'raw',
    }).verify(
      request.body,
      Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    );
    expect(payload).toMatchObject({
      type: 'recipe.run.failed',
      data: { run_id: runId, recipe_id: 'recipe-17', recipe_name: recipe, error: 'The column customer_id is missing.' },
    });
    expect(receiver.requests.filter(({ body }) => body.includes(runId))).toHaveLength(1);
    await rest.delete(`/api/webhooks/${webhook.id}`);
  });

  await test.step('and the run is on its page, by filters that stay in the address', async () => {
    await page.goto('/sources/runs');
    await expect(page).toHaveTitle('Pipeline runs · Honeyframe');
    await page.getByLabel('Search by recipe').fill(recipe);
    await expect(page).toHaveURL(/search=Join/);
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Failed' }).click();
    await expect(page).toHaveURL(/status=failed/);
    await page.reload();
    const rows = page.getByRole('table', { name: 'Pipeline runs' }).getByRole('row');
    await expect(rows).toHaveCount(2);
    await expect(rows.nth(1)).toContainText('Failed');
    await expectNoAxeViolations(page);
    await rows.nth(1).getByRole('button', { name: recipe }).click();
    const drawer = page.getByRole('dialog', { name: recipe });
    await expect(drawer.getByRole('region', { name: 'Error' })).toHaveText('The column customer_id is missing.');
    await expectNoAxeViolations(page);
    await page.keyboard.press('Escape');
    await expect(drawer).toBeHidden();
  });

  await test.step('the list is downloaded as it is filtered', async () => {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'CSV, for spreadsheets' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^pipeline-runs-.*\.csv$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const lines = Buffer.concat(chunks).toString().trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(recipe);
  });
});

test('the change stream is watched, paused and resumed, and a further table is mapped with a preview', {
  tag: '@pictures',
}, async ({ signedIn: page, platform }) => {
  const name = `orders_${Math.random().toString(36).slice(2, 8)}`;
  const { id: organization } = await platform.database.organization.findFirstOrThrow();
  await platform.pool.query(`create schema if not exists shop; create table shop.${name} (id int primary key, state text);
    insert into shop.${name} values (1, 'paid'), (2, 'new')`);
  await platform.database.eventType.upsert({
    where: { organization_id_name: { organization_id: organization, name: 'order.paid' } },
    create: { organization_id: organization, name: 'order.paid' },
    update: {},
  });

  await test.step('its state is told', async () => {
    await page.goto('/sources');
    await expect(page).toHaveTitle('Change stream · Honeyframe');
    await expect(page.getByText('Reading', { exact: true })).toBeVisible();
    await expect(page.getByRole('table', { name: 'Mappings' })).toContainText('recipe.run.failed');
    await expectNoAxeViolations(page);
    await screenshot(page, 'change-stream');
  });

  await test.step('it is paused and resumed', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByText('Paused', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(page.getByText('Reading', { exact: true })).toBeVisible();
  });

  const drawer = page.getByRole('dialog');
  await test.step('what a mapping would make is seen before it is saved', async () => {
    await page.getByRole('button', { name: 'New mapping' }).click();
    await expect(page).toHaveURL('/sources?mapping=new');
    await drawer.getByRole('combobox', { name: 'Table' }).fill(name);
    await page.getByRole('option', { name: `shop.${name}` }).click();
    await drawer.getByRole('button', { name: 'Add condition' }).click();
    await drawer.getByLabel('Column of condition 1').fill('state');
    await drawer.getByLabel('Value of condition 1').fill('paid');
    await drawer.getByLabel('Event type').fill('order.paid');
    await drawer.getByLabel('Data').fill('order_id = id');
    await page.keyboard.press('Tab');
    await drawer.getByRole('button', { name: 'Preview' }).click();
    await expect(drawer.getByRole('status', { name: 'Preview' })).toContainText('Of 2 rows 1 would become an event');
    await expect(drawer.getByRole('region', { name: 'Data of event 1' })).toContainText('"order_id": 1');
    await expectNoAxeViolations(page);
    await drawer.getByRole('button', { name: 'Create mapping' }).click();
    await expect(drawer).toBeHidden();
    const row = page.getByRole('row', { name: `shop.${name}` });
    await expect(row).toContainText('when state becomes paid');
  });

  await test.step('its changes become events', async () => {
    await until('the table is published', async () => {
      const { rowCount } = await platform.pool.query('select from pg_publication_tables where tablename = $1', [name]);
      return rowCount === 1;
    });
    await platform.pool.query(`update shop.${name} set state = 'paid' where id = 2`);
    await until('the event', async () => {
      const { rowCount } = await platform.pool.query(
        `select from event where event_type = 'order.paid' and body::json -> 'data' ->> 'order_id' = '2'`,
      );
      return rowCount === 1;
    });
  });

  await test.step('it is deleted, and the audit log tells of all of it', async () => {
    await page.getByRole('button', { name: `Delete shop.${name} to order.paid` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete mapping' }).click();
    await expect(page.getByRole('row', { name: `shop.${name}` })).toBeHidden();
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByLabel('Search who, what or action').fill(name);
    const rows = page.getByRole('table', { name: 'Audit log' }).getByRole('row');
    await expect(rows).toHaveCount(3);
    await expect(page).toHaveURL(/\/sources\/audit-log\?search=/);
    await rows.nth(1).getByRole('button', { name: 'source_mapping.deleted' }).click();
    await expect(page.getByRole('dialog', { name: 'source_mapping.deleted' })).toContainText('(source mapping)');
    await expectNoAxeViolations(page);
  });
});
