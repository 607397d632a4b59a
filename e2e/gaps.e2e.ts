import { uniqueName } from '../src/testing/test-platform.ts';
import { until } from '../src/testing/until.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

test('a lost slot offers a new one, and its gap is shown with its bounds, previewed and filled, each change once', async ({
  signedIn: page,
  platform,
  rest,
}) => {
  const name = uniqueName('lost').toLowerCase().replaceAll(/\W/g, '_');
  const table = `shop.${name}`;
  const type = `shop.${name}`;
  const run = (text: string) => platform.pool.query(text);
  const made = async () => {
    const { rows } = await platform.pool.query<{ id: string }>(
      `select body::json -> 'data' ->> 'id' as id from event where event_type = $1 order by id`,
      [type],
    );
    return rows.map(({ id }) => Number(id));
  };

  await test.step('a table is read', async () => {
    await run(`create schema if not exists shop;
      create table ${table} (id int primary key, updated_at timestamptz not null default clock_timestamp())`);
    expect((await rest.put(`/api/event-types/${type}`, { data: { description: 'Orders' } })).ok()).toBe(true);
    const mapped = await rest.post('/api/source/mappings', {
      data: { table, operations: ['insert'], event_type: type, fields: { id: 'id' } },
    });
    expect(mapped.status()).toBe(201);
    await until(
      'it is read',
      async () => (await platform.database.sourceTable.count({ where: { table_name: table } })) === 1,
      30_000,
    );
    await run(`insert into ${table} values (1)`);
    await until('an event', async () => (await made()).length === 1, 30_000);
  });

  await test.step('its slot is lost while the stream is paused, and the page offers a new one', async () => {
    await page.goto('/sources');
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByText('Paused', { exact: true })).toBeVisible();
    await until('the slot is dropped', () =>
      run(`select pg_drop_replication_slot(slot_name) from pg_replication_slots
        where slot_name = (select slot_name from source order by created_at desc limit 1)`),
    );
    await run(`insert into ${table} values (2), (3)`);
    const renew = page.getByRole('button', { name: 'Make a new slot' });
    await expect(renew).toBeVisible({ timeout: 30_000 });
    await expectNoAxeViolations(page);
    expect((await (await rest.get('/api/source')).json()).lag_bytes).toBeGreaterThan(0);
    await renew.click();
    await expect(renew).toBeHidden({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(page.getByText('Reading', { exact: true })).toBeVisible({ timeout: 30_000 });
  });

  await test.step('the gap is listed with its bounds, previewed and filled', async () => {
    await expect(page.getByText(`${table}: slot lost`)).toBeVisible();
    const fill = page.getByRole('button', { name: `Fill gap of ${table}` });
    await expect(fill).toBeVisible({ timeout: 30_000 });
    await fill.click();
    const dialog = page.getByRole('dialog', { name: `Fill the gap of ${table}` });
    await expect(dialog.getByRole('status', { name: 'Preview' })).toContainText(
      '2 events would be made, 1 are there already, 0 would be refused.',
    );
    await expectNoAxeViolations(page);
    expect(await made()).toEqual([1]);
    await dialog.getByRole('button', { name: 'Fill gap' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText(`${table}: slot lost`)).toBeHidden({ timeout: 30_000 });
    expect(await made()).toEqual([1, 2, 3]);
  });

  await test.step('the other tables’ gaps are closed by the API', async () => {
    const { items } = await (await rest.get('/api/source/gaps?state=open')).json();
    expect(items.length).toBeGreaterThan(0);
    for (const { id, from_at, until_at } of items) {
      expect(new Date(from_at).getTime()).toBeLessThanOrEqual(new Date(until_at).getTime());
      expect((await rest.post(`/api/source/gaps/${id}/close`, { data: {} })).ok()).toBe(true);
    }
    await expect(page.getByRole('button', { name: /^Close gap of/ })).toHaveCount(0, { timeout: 30_000 });
  });
});
