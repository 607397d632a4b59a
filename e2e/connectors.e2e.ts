import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { json } from '../src/testing/receiver-answers.ts';
import { closedPort } from '../src/testing/receivers.ts';
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
    await expect(url).toHaveAccessibleDescription(/Give the whole address, such as https:/);
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
    await expect(page.getByLabel('Metadata')).toHaveAccessibleDescription(/Give a JSON object\./);
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

test('a send that fails says why and what to do', async ({ signedIn: page, receiver, makeConnector }) => {
  const answer = page.getByRole('region', { name: 'Answer' });
  const sendThrough = async (url: string) => {
    const { id } = await makeConnector({ url });
    await page.goto(`/connectors/${id}`);
    await page.getByLabel('Message').fill('Customer X just signed up');
    await page.getByRole('button', { name: 'Send test' }).click();
    return id;
  };

  await test.step('a 500 shows its body', async () => {
    receiver.answerWith(json({ message: 'Workflow could not be started' }, 500));
    await sendThrough(receiver.url);
    await expect(answer).toContainText('500 HTTP error');
    await expect(answer.getByRole('alert')).toContainText('Look at its own log: it failed there.');
    await expect(answer.getByRole('region', { name: 'Response body' })).toContainText('Workflow could not be started');
  });

  await test.step('a closed port', async () => {
    await sendThrough(`http://127.0.0.1:${await closedPort()}/webhook`);
    await expect(answer).toContainText('Connection refused');
    await expect(answer.getByRole('alert')).toContainText('check the host and the port');
  });

  await test.step('an address of a private network', async () => {
    const id = await sendThrough('http://10.0.0.1/webhook');
    await expect(answer).toContainText('Blocked address');
    await expect(answer.getByRole('alert')).toContainText(/10\.0\.0\.1 is .*private.* and may not be reached/);
    await page.goto(`/connectors/${id}?tab=history`);
    await page.getByRole('button', { name: 'Blocked address' }).click();
    await expect(page.getByRole('dialog', { name: 'Send' }).getByRole('alert')).toContainText('may not be reached');
  });
});

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
    `Another connector is called "${taken.name}": choose another name.`,
  );
  await expect(page.getByLabel('Name')).toBeFocused();

  const renamed = `${name} renamed`;
  await page.getByLabel('Name').fill(renamed);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`${renamed} is saved.`)).toBeVisible();
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

test('a disabled connector sends nothing, and says so', async ({ signedIn: page, receiver, makeConnector, rest }) => {
  const { id, name } = await makeConnector();
  await page.goto(`/connectors/${id}`);
  await page.getByRole('switch', { name: 'Enabled' }).click();
  await expect(page.getByText(`${name} is disabled: it sends nothing.`)).toBeVisible();
  await expect(page.getByText('This connector is disabled: enable it to send.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send test' })).toBeDisabled();

  const answer = await rest.post(`/api/connectors/${id}/test`, { data: { message: 'anybody there?' } });
  expect(await answer.json()).toMatchObject({ ok: false, status: null, error: { code: 'disabled' } });
  expect(receiver.requests).toEqual([]);

  await page.reload();
  await page.getByRole('switch', { name: 'Enabled' }).click();
  await expect(page.getByText(`${name} is enabled.`)).toBeVisible();
  await page.getByLabel('Message').fill('Back again');
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('200 Delivered');
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
