import { json } from '../src/testing/receiver-answers.ts';
import { startReceiver } from '../src/testing/receivers.ts';
import { expect, test } from './fixtures.ts';

type Init = { method?: string; headers?: Record<string, string>; body?: string; credentials?: 'include' | 'omit' };

/** What a page of another origin got: the answer as far as it may read it, or why it may not. */
type Got = { status: number; headers: Record<string, string>; text: string } | { failed: string };

test('a page of another origin calls MCP and REST with a key, and nothing with a cookie', async ({
  console: running,
  makeConnector,
  receiver,
  apiKey,
  adminState,
  browser,
}) => {
  const { name } = await makeConnector();
  receiver.answerWith(json({ started: true }));
  const site = await startReceiver((response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Inspector</title>');
  });
  // In the very browser in which somebody is signed in to the console.
  const context = await browser.newContext({ storageState: adminState });
  const page = await context.newPage();
  await page.goto(`${site.url}/`);
  const call = (path: string, init: Init = {}): Promise<Got> =>
    page.evaluate(
      async ([url, given]) => {
        try {
          const answer = await fetch(url, given);
          return {
            status: answer.status,
            headers: Object.fromEntries(answer.headers),
            text: await answer.text(),
          };
        } catch (error) {
          return { failed: String(error) };
        }
      },
      [`${running.url}${path}`, init] as const,
    );
  const authorization = `Bearer ${apiKey}`;
  const rpc = (id: number, method: string, params: object, headers: Record<string, string> = {}) =>
    call('/api/mcp', {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-06-18',
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
    });

  await test.step('MCP with a key: it connects, reads its session’s name, lists and calls', async () => {
    const clientInfo = { name: 'inspector', version: '1.0.0' };
    const greeted = await rpc(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    expect(greeted).toMatchObject({
      status: 200,
      headers: { 'mcp-session-id': expect.stringMatching(/^[\da-f-]{36}$/) },
    });
    const session = 'headers' in greeted ? (greeted.headers['mcp-session-id'] ?? '') : '';
    const listed = await rpc(2, 'tools/list', {}, { 'mcp-session-id': session });
    expect(listed).toMatchObject({ status: 200, text: expect.stringContaining('"send_to_n8n"') });
    const given = { name: 'send_to_n8n', arguments: { message: 'From a page', connector: name } };
    const called = await rpc(3, 'tools/call', given, { 'mcp-session-id': session });
    expect(called).toMatchObject({ status: 200, text: expect.stringContaining('"started":true') });
    expect(receiver.requests.at(-1)?.body).toBe('{"message":"From a page"}');
    // The official client looks for a stream, and ends its session: both 405s say that there is none.
    for (const method of ['GET', 'DELETE'])
      expect(await call('/api/mcp', { method, headers: { authorization } })).toMatchObject({
        status: 405,
        headers: { allow: 'POST' },
      });
  });

  await test.step('REST with a key, by Next’s routes and those that pass it by, refusals included', async () => {
    const headers = { authorization, 'content-type': 'application/json' };
    expect(await call('/api/connectors', { headers })).toMatchObject({
      status: 200,
      text: expect.stringContaining(name),
    });
    const event = JSON.stringify({ event_type: 'dataset.deleted', data: { dataset_id: 'dataset-7' } });
    expect(await call('/api/events', { method: 'POST', headers, body: event })).toMatchObject({ status: 202 });
    expect(await call('/api/events', { method: 'POST', headers, body: '{}' })).toMatchObject({ status: 400 });
    expect(await call('/api/connectors', { headers: { authorization: 'Bearer hfk_nonsense' } })).toMatchObject({
      status: 401,
    });
  });

  await test.step('nothing without a key, though the browser has the cookie of a session', async () => {
    for (const credentials of ['include', 'omit'] as const) {
      expect(await call('/api/connectors', { credentials })).toMatchObject({ failed: expect.anything() });
      const init = { method: 'POST', credentials, body: '{"tool":"send_to_n8n","arguments":{"message":"stolen"}}' };
      expect(await call('/api/tools/invoke', init)).toMatchObject({ failed: expect.anything() });
    }
    const withBoth = { credentials: 'include', headers: { authorization } } as const;
    expect(await call('/api/connectors', withBoth), 'never with cookies').toMatchObject({ failed: expect.anything() });
    expect(receiver.requests.filter(({ body }) => body.includes('stolen'))).toEqual([]);
  });

  await test.step('and neither tRPC nor sign-in, whatever key comes', async () => {
    for (const path of ['/api/trpc/tools.list?input=%7B%7D', '/api/auth/get-session'])
      expect(await call(path, { headers: { authorization } })).toMatchObject({ failed: expect.anything() });
  });
  await context.close();
  await site.close();
});
