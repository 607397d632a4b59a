import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { uniqueName } from '../src/testing/test-platform.ts';
import { expect, test } from './fixtures.ts';

const run = promisify(execFile);

test('somebody makes an n8n connector, sends a test and sees what a real server answers', async ({
  signedIn: page,
  receiver,
  apiKey,
  permit,
}) => {
  permit(/status of 400/);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const name = uniqueName('Sales Slack Webhook');
  const webhookUrl = `${receiver.url}/webhook/abc123`;

  await test.step('chooses the type from its card', async () => {
    await page.goto('/connectors');
    await page.getByRole('link', { name: 'New connector' }).click();
    await page.getByRole('link', { name: 'n8n webhook' }).click();
    await expect(page.getByRole('heading', { name: 'New n8n webhook connector', level: 1 })).toBeVisible();
    await expect(page.getByLabel('Name')).toBeFocused();
  });

  await test.step('is told beside the field what is wrong with it', async () => {
    const url = page.getByLabel('Webhook URL');
    const create = page.getByRole('button', { name: 'Create connector' });
    await create.click();
    await expect(page.getByLabel('Name')).toHaveAccessibleDescription(/Name is required\./);
    await expect(url).toHaveAccessibleDescription(/Webhook URL is required\./);
    await page.getByLabel('Name').fill(name);
    await url.fill('n8n.example.com/webhook');
    await create.click();
    await expect(url).toHaveAccessibleDescription(/Must be a complete URL, such as https:/);
    await expect(url).toBeFocused();
    await url.fill(webhookUrl);
    await create.click();
    await expect(page.getByText(`${name} is ready. Send it a test.`)).toBeVisible();
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await expect(page).toHaveTitle(`${name} · Honeyframe`);
  });

  const answer = page.getByRole('region', { name: 'Answer' });
  const send = page.getByRole('button', { name: 'Send test' });

  await test.step('is told what is wrong with the metadata, and nothing is sent', async () => {
    await page.getByLabel('Message').fill('Customer X just signed up');
    await page.getByLabel('Metadata').fill('{ "customer_id": 42');
    await send.click();
    await expect(page.getByLabel('Metadata')).toHaveAccessibleDescription(/This is not JSON/);
    await page.getByLabel('Metadata').fill('[42]');
    await send.click();
    await expect(page.getByLabel('Metadata')).toHaveAccessibleDescription(/Must be a JSON object\./);
    expect(receiver.requests).toEqual([]);
  });

  await test.step('sends, and sees the answer', async () => {
    receiver.answerWith((response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'x-workflow': 'new-customer' })
        .end('{"accepted":true,"execution":{"id":9007199254740993,"started":["slack","crm"]}}');
    });
    await page.getByLabel('Metadata').fill('{"customer_id":42}');
    await page.getByRole('button', { name: 'Format' }).click();
    await expect(page.getByLabel('Metadata')).toHaveValue('{\n  "customer_id": 42\n}');
    await send.click();
    await expect(answer).toContainText('200 Delivered');
    await expect(answer).toContainText(/\d+ ms|\d+\.\d s/);
    await expect(answer.getByRole('time')).toBeVisible();
    await expect(answer.getByRole('region', { name: 'Response body' })).toHaveText(
      [
        '{',
        '  "accepted": true,',
        '  "execution": {',
        '    "id": 9007199254740993,',
        '    "started": [',
        '      "slack",',
        '      "crm"',
        '    ]',
        '  }',
        '}',
      ].join('\n'),
      { useInnerText: true },
    );
    await answer.getByText(/^Response headers/).click();
    await expect(answer.getByRole('term').filter({ hasText: 'x-workflow' })).toBeVisible();
    await expect(answer.getByRole('definition').filter({ hasText: 'new-customer' })).toBeVisible();
    expect(receiver.requests.map(({ method, path, body }) => ({ method, path, body: JSON.parse(body) }))).toEqual([
      {
        method: 'POST',
        path: '/webhook/abc123',
        body: { message: 'Customer X just signed up', metadata: { customer_id: 42 } },
      },
    ]);
  });

  await test.step('copies a cURL line that does the same with an API key', async () => {
    await page.getByLabel('Message').fill('It\'s a $HOME \\ "quoted" text');
    await page.getByRole('button', { name: 'Copy as cURL' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeAttached();
    const line = await page.evaluate(() => navigator.clipboard.readText());
    expect(line).toContain('Bearer $HONEYFRAME_API_KEY');
    const { stdout } = await run('sh', ['-c', line], { env: { ...process.env, HONEYFRAME_API_KEY: apiKey } });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, status: 200, body: { accepted: true } });
    expect(JSON.parse(receiver.requests[1]?.body ?? '')).toEqual({
      message: 'It\'s a $HOME \\ "quoted" text',
      metadata: { customer_id: 42 },
    });
  });

  await test.step('finds both in the history, who sent them and what came back', async () => {
    await page.reload();
    await page.getByRole('tab', { name: 'History' }).click();
    const rows = page.getByRole('table', { name: 'Send history' }).getByRole('row');
    await expect(rows).toHaveCount(3);
    await expect(rows.nth(1)).toContainText(/200 Delivered.*Key of the tests/);
    await expect(rows.nth(2)).toContainText(/200 Delivered.*Test/);
    await rows.nth(2).getByRole('button', { name: '200 Delivered' }).click();
    const drawer = page.getByRole('dialog', { name: 'Send' });
    await expect(drawer.getByRole('region', { name: 'Request body' })).toContainText('Customer X just signed up');
    await expect(drawer.getByRole('region', { name: 'Response body' })).toContainText('"accepted": true');
    await expect(drawer).not.toContainText('abc123');
    await page.keyboard.press('Escape');
    await expect(drawer).toBeHidden();
  });

  await test.step('and the list shows how the last send ended', async () => {
    await page.getByRole('link', { name: 'Connectors' }).first().click();
    await expect(page.getByRole('row', { name }).getByText('200 Delivered')).toBeVisible();
  });
});

test('a program makes and uses a connector by its key, and the pages show it', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  await page.goto('/connectors');
  const name = uniqueName('Made by a program');
  const data = { name, type: 'n8n_webhook', config: { webhook_url: `${receiver.url}/hook/secret-path` } };
  const created = await rest.post('/api/connectors', { data });
  expect(created.status()).toBe(201);
  const connector = await created.json();
  expect(JSON.stringify(connector)).not.toContain('secret-path');
  const sent = await rest.post(`/api/connectors/${connector.id}/test`, { data: { message: 'from a program' } });
  expect(await sent.json()).toMatchObject({ ok: true, status: 200, body: { ok: true } });

  await page.reload();
  await page.getByRole('row', { name }).getByRole('link', { name }).click();
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByRole('row', { name: /200 Delivered/ })).toContainText('Key of the tests');
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await expect(page.getByText('secret-path')).toHaveCount(0);
});
