import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { json } from '../src/testing/receiver-answers.ts';
import { uniqueName } from '../src/testing/test-platform.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

const run = promisify(execFile);

test('somebody tries a tool, copies what a runtime takes, and sees the call in the log', async ({
  signedIn: page,
  makeConnector,
  receiver,
  apiKey,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const { name } = await makeConnector({ name: uniqueName('Sales workflow') });
  receiver.answerWith(json({ ticket: 42 }));
  await page.goto('/tools');
  const tool = page.getByRole('region', { name: 'n8n webhook' });

  await test.step('tries it with a form, and gets what an agent gets', async () => {
    await tool.getByRole('button', { name: 'Call tool' }).click();
    await expect(tool.getByLabel('Message')).toHaveAccessibleDescription(/Message is required\./);
    await tool.getByLabel('Message').fill('Customer X just signed up');
    await tool.getByLabel('Metadata').fill('{"customer_id":42}');
    // Other stories of this console have made connectors, too.
    const choice = tool.getByRole('combobox', { name: 'Connector' });
    if (await choice.isVisible()) {
      await choice.click();
      await page.getByRole('option', { name }).click();
    }
    await tool.getByRole('button', { name: 'Call tool' }).click();
    const result = tool.getByRole('region', { name: 'Result of send_to_n8n' });
    await expect(result).toContainText('200 Delivered');
    await expect(result.getByRole('region', { name: 'Response body' })).toContainText('"ticket": 42');
    expect(JSON.parse(receiver.requests.at(-1)?.body ?? '')).toEqual({
      message: 'Customer X just signed up',
      metadata: { customer_id: 42 },
    });
  });

  await test.step('copies a cURL line that makes the same call with a key', async () => {
    await tool.getByRole('button', { name: 'Copy as cURL' }).click();
    await expect(tool.getByRole('status').filter({ hasText: 'Copied' })).toBeAttached();
    const line = await page.evaluate(() => navigator.clipboard.readText());
    const { stdout } = await run('sh', ['-c', line], { env: { ...process.env, HONEYFRAME_API_KEY: apiKey } });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, body: { ticket: 42 } });
  });

  await test.step('sees the exact JSON for each runtime', async () => {
    for (const [tab, shape] of [
      ['OpenAI', /"type": "function"/],
      ['Anthropic', /"input_schema"/],
      ['MCP', /"outputSchema"/],
      ['JSON Schema', /"title": "send_to_n8n"/],
    ] as const) {
      await tool.getByRole('tab', { name: tab }).click();
      await expect(tool.getByRole('region', { name: `send_to_n8n for ${tab}` })).toContainText(shape);
    }
    await expectNoAxeViolations(page);
    await tool.getByRole('tab', { name: 'Try it' }).click();
    await expect(tool.getByLabel('Message'), 'what was typed').toHaveValue('Customer X just signed up');
  });

  await test.step('finds both calls in the log, with their arguments masked', async () => {
    await page.getByRole('tab', { name: 'Calls' }).click();
    const rows = page.getByRole('table', { name: 'Calls of tools' }).getByRole('row').filter({ hasText: name });
    await expect(rows).toHaveCount(2);
    await expect(rows.nth(0)).toContainText(/Key of the tests.*by REST/);
    await expect(rows.nth(1)).toContainText('in the console');
    await expect(rows.nth(0)).toContainText('{"message":"••••••","metadata":{"customer_id":"••••••"}');
    await expect(page.getByRole('main')).not.toContainText('Customer X');
    await expectNoAxeViolations(page);
  });

  await test.step('and limits the key', async () => {
    await page.getByRole('tab', { name: 'Limits' }).click();
    const limit = page.getByLabel('Calls a minute of Key of the tests');
    await expect(limit).toHaveValue('60');
    await limit.fill('90');
    await page.getByRole('button', { name: 'Save the limit of Key of the tests' }).click();
    await expect(page.getByText('Key of the tests may call 90 times a minute.')).toBeVisible();
    await page.reload();
    await expect(limit).toHaveValue('90');
    await expectNoAxeViolations(page);
  });
});

test('an agent lists and calls the tools over MCP, and is told of a loop', async ({
  console: running,
  makeConnector,
  receiver,
  apiKey,
  signedIn: page,
}) => {
  const { name } = await makeConnector();
  receiver.answerWith(json({ started: true }));
  const client = new Client({ name: 'story', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: { authorization: `Bearer ${apiKey}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${running.url}/api/mcp`), { requestInit }));
  expect((await client.listTools()).tools.map((tool) => tool.name)).toContain('send_to_n8n');
  const call = { name: 'send_to_n8n', arguments: { message: 'Over MCP', connector: name } };
  const heard: number[] = [];
  const result = await client.callTool(call, { onprogress: ({ progress }) => heard.push(progress) });
  expect(result.structuredContent).toMatchObject({ ok: true, body: { started: true } });
  expect(heard).toContain(0);
  for (let times = 1; times < 5; times += 1) await client.callTool(call);
  expect(await client.callTool(call)).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('This exact call was already made and answered 5 times') }],
  });
  await client.close();
  await page.goto('/tools?tab=calls&result=failed');
  await expect(
    page.getByRole('row').filter({ hasText: 'This exact call was already made and answered 5 times' }),
  ).toContainText('Refused');
});

test('who has no connector yet is told how tools come to be', async ({ freshConsole, openPage }) => {
  const page = await openPage({ baseURL: freshConsole.url });
  await page.goto(freshConsole.setUpUrl ?? '');
  await page.getByLabel('Organization').fill('Acme Analytics');
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('link', { name: 'Tools' }).click();
  await expect(page.getByRole('heading', { name: 'No tools yet' })).toBeVisible();
  await expectNoAxeViolations(page);
  for (const [tab, heading] of [
    ['Calls', 'No calls yet'],
    ['Limits', 'No key may call tools'],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
  }
});
