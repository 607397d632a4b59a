import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSends } from '#features/connectors/list-sends.ts';
import { updateConnector } from '#features/connectors/update-connector.ts';
import { listCalls } from '#features/tools/list-calls.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type FetchServer, startFetchServer } from '#testing/fetch-server.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestApiKey, createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { messageMade } from '#testing/twilio-double.ts';
import { handleMcp } from './mcp.ts';
import { handleRest } from './rest.ts';
import { handleTrpc } from './trpc.ts';

let platform: OpenPlatform;
let receiver: Receiver;
let server: FetchServer;
beforeAll(async () => {
  receiver = await startReceiver(messageMade());
  platform = await createTestPlatform({ TWILIO_BASE_URL: receiver.url });
  server = await startFetchServer((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/api/mcp') return handleMcp(platform, request);
    return pathname.startsWith('/api/trpc') ? handleTrpc(platform, request) : handleRest(platform, request);
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await receiver.close();
  await platform.close();
});

/** Either what was sent, or the words of the refusal. */
type Outcome = { ok: true } | { refused: string };

/** Each way to call a tool, with the arguments as JSON text: what a model wrote, to the letter. */
const FACES: Record<string, (key: string, tool: string, given: string) => Promise<Outcome>> = {
  MCP: async (key, tool, given) => {
    const params = `{"name":${JSON.stringify(tool)},"arguments":${given}}`;
    const { result } = await post('/api/mcp', key, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`);
    return result.isError ? { refused: result.content[0].text } : { ok: result.structuredContent.ok };
  },
  'POST /api/tools/invoke': async (key, tool, given) => {
    const answer = await post('/api/tools/invoke', key, `{"tool":${JSON.stringify(tool)},"arguments":${given}}`);
    return answer.code ? { refused: answer.message } : { ok: answer.ok };
  },
  tRPC: async (key, tool, given) => {
    const [answer] = await post(
      '/api/trpc/tools.invoke?batch=1',
      key,
      `{"0":{"tool":${JSON.stringify(tool)},"arguments":${given}}}`,
    );
    return answer.error ? { refused: answer.error.message } : { ok: answer.result.data.ok };
  },
};

async function post(path: string, key: string, body: string) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return (await fetch(`${server.url}${path}`, { method: 'POST', headers, body })).json();
}

describe.each(Object.entries(FACES))('by %s', (_, call) => {
  async function agent() {
    const organization = await createTestOrganization(platform);
    const connectorId = await organization.connectorId(`${receiver.url}/webhook/abc123`);
    await organization.twilioConnectorId();
    const key = await createTestApiKey(organization.scope(), ['invoke']);
    const invoke = (tool: string, given: string) => call(key, tool, given);
    return { organization, connectorId, invoke };
  }

  const lastForm = () => Object.fromEntries(new URLSearchParams(receiver.requests.at(-1)?.body));

  test.each([
    ['null for what is optional', '{"message":"m","metadata":null,"connector":null}', '{"message":"m"}'],
    ['"" for what is optional', '{"message":"m","metadata":"","connector":""}', '{"message":"m"}'],
    ['blanks for what is optional', '{"message":"m","metadata":" ","connector":"\\t"}', '{"message":"m"}'],
    [
      'a number as the message, to its last digit',
      '{"message":12345678901234567890}',
      '{"message":"12345678901234567890"}',
    ],
    ['a price as the message', '{"message":1.50}', '{"message":"1.50"}'],
    [
      'metadata as JSON in a string, to the letter',
      '{"message":"m","metadata":"{\\"id\\":12345678901234567890,\\"none\\":null,\\"empty\\":\\"\\"}"}',
      '{"message":"m","metadata":{"id":12345678901234567890,"none":null,"empty":""}}',
    ],
    [
      'metadata as an object, to the letter',
      '{"message":"m","metadata":{"id":12345678901234567890,"none":null,"price":1.0,"__proto__":"x"}}',
      '{"message":"m","metadata":{"id":12345678901234567890,"none":null,"price":1.0,"__proto__":"x"}}',
    ],
    [
      'all of them as JSON in a string',
      '"{\\"message\\":\\"m\\",\\"metadata\\":{\\"a\\":1.0}}"',
      '{"message":"m","metadata":{"a":1.0}}',
    ],
  ])('n8n gets %s', async (__, given, expected) => {
    const { invoke } = await agent();
    expect(await invoke('send_to_n8n', given)).toEqual({ ok: true });
    expect(receiver.requests.at(-1)?.body).toBe(expected);
  });

  test.each<[string, string, Record<string, string>]>([
    [
      'free text beside empty parts of a template',
      '"body":"hi","content_sid":"","content_variables":null',
      { Body: 'hi' },
    ],
    ['free text beside blank variables', '"body":"hi","content_sid":null,"content_variables":""', { Body: 'hi' }],
    ['a number as its text', '"body":4711', { Body: '4711' }],
    [
      'variables as an object',
      `"content_sid":"SID","content_variables":{"1":"Ada"}`,
      { ContentVariables: '{"1":"Ada"}' },
    ],
    [
      'variables as JSON in a string, and an empty body',
      `"body":"","content_sid":"SID","content_variables":"{\\"1\\":\\"Ada\\"}"`,
      { ContentVariables: '{"1":"Ada"}' },
    ],
    [
      'variables that are numbers',
      `"content_sid":"SID","content_variables":{"1":12345678901234567890,"2":1.50}`,
      { ContentVariables: '{"1":"12345678901234567890","2":"1.50"}' },
    ],
    [
      'variables that are numbers in JSON in a string',
      `"content_sid":"SID","content_variables":"{\\"1\\":7}"`,
      { ContentVariables: '{"1":"7"}' },
    ],
  ])('Twilio gets %s', async (__, given, expected) => {
    const { invoke } = await agent();
    const sid = `HX${'0123456789abcdef'.repeat(2)}`;
    expect(await invoke('send_whatsapp', `{"to":"+491701234567",${given.replace('SID', sid)}}`)).toEqual({ ok: true });
    const { Body, ContentVariables } = lastForm();
    expect(Object.fromEntries(Object.entries({ Body, ContentVariables }).filter(([, text]) => text))).toEqual(expected);
  });

  test.each<[string, string, string, RegExp]>([
    [
      'a message that is null',
      'send_to_n8n',
      '{"message":null}',
      /^arguments\.message: This argument is required and must not be null\. Enter a message\.$/,
    ],
    [
      'an empty message',
      'send_to_n8n',
      '{"message":""}',
      /^arguments\.message: This argument is required and must not be empty\. Enter a message\.$/,
    ],
    ['no arguments', 'send_to_n8n', 'null', /^arguments\.message: /],
    ['empty arguments', 'send_to_n8n', '""', /^arguments\.message: /],
    [
      'arguments that are other text',
      'send_to_n8n',
      '"hello"',
      /^arguments: Must be an object, or a string that holds one as JSON/,
    ],
    ['arguments that are a list', 'send_to_n8n', '["m"]', /^arguments: Must be an object.*not a list/],
    [
      'a message that is an object',
      'send_to_n8n',
      '{"message":{"text":"m"}}',
      /^arguments\.message: Must be a string, not an object\./,
    ],
    [
      'metadata that is no JSON',
      'send_to_n8n',
      '{"message":"m","metadata":"{a}"}',
      /^arguments\.metadata: Must be an object, or a string that holds one as JSON/,
    ],
    [
      'metadata that cannot be stored',
      'send_to_n8n',
      String.raw`{"message":"m","metadata":"{\"a\":\"\\u0000\"}"}`,
      /^arguments\.metadata\.a: .*U\+0000/,
    ],
    [
      'an unknown argument',
      'send_to_n8n',
      '{"message":"m","channel":"x"}',
      /^arguments\.channel: Unknown field.*send_to_n8n takes message, metadata, connector\.$/,
    ],
    [
      'a number that is null',
      'send_whatsapp',
      '{"to":null,"body":"hi"}',
      /^arguments\.to: This argument is required and must not be null\. .*E\.164/,
    ],
    ['a number without a country', 'send_whatsapp', '{"to":1701234567,"body":"hi"}', /^arguments\.to: .*E\.164/],
    [
      'neither text nor template',
      'send_whatsapp',
      '{"to":"+491701234567","body":"","content_sid":null}',
      /^arguments\.body: Send a body or a content_sid/,
    ],
    [
      'a variable that is null',
      'send_whatsapp',
      `{"to":"+491701234567","content_sid":"HX${'0'.repeat(32)}","content_variables":{"1":null}}`,
      /^arguments\.content_variables\.1: Must be a string, not null\.$/,
    ],
  ])('%s is refused in words that help, and nothing is sent', async (__, tool, given, words) => {
    const { organization, invoke } = await agent();
    const before = receiver.requests.length;
    const outcome = await invoke(tool, given);
    expect('refused' in outcome && outcome.refused).toMatch(words);
    expect(receiver.requests).toHaveLength(before);
    expect((await listCalls(organization.scope(), { limit: 1 })).items).toMatchObject([
      { ok: false, error: { code: 'refused', message: expect.stringMatching(words) } },
    ]);
  });

  test('a connector is found in another case, by number, and not by what fits two', async () => {
    const { organization, connectorId, invoke } = await agent();
    const other = await organization.connectorId(`${receiver.url}/webhook/other`);
    await updateConnector(organization.scope(), { id: connectorId, name: 'Größe Sales' });
    await updateConnector(organization.scope(), { id: other, name: '42' });
    const sent = async (id: string) => (await listSends(organization.scope(), { id, limit: 50 })).items.length;
    for (const name of ['größe sales', 'GRÖSSE SALES', ' Größe  sales ', connectorId.toUpperCase()])
      expect(await invoke('send_to_n8n', JSON.stringify({ message: name, connector: name }))).toEqual({ ok: true });
    expect(await invoke('send_to_n8n', '{"message":"m","connector":42}')).toEqual({ ok: true });
    expect([await sent(connectorId), await sent(other)]).toEqual([4, 1]);
    await updateConnector(organization.scope(), { id: other, name: 'GRÖßE SALES' });
    expect(await invoke('send_to_n8n', '{"message":"m","connector":"größe sales"}')).toEqual({
      refused: expect.stringMatching(
        /^arguments\.connector: .*in different spellings\. Use one of .*"Größe Sales".* exactly\.$/,
      ),
    });
    expect(await invoke('send_to_n8n', '{"message":"m","connector":"GRÖßE SALES"}'), 'an exact name').toEqual({
      ok: true,
    });
    expect([await sent(connectorId), await sent(other)]).toEqual([4, 2]);
    for (const none of ['null', '""'])
      expect(await invoke('send_to_n8n', `{"message":"m","connector":${none}}`)).toEqual({
        refused: expect.stringContaining('There are several connectors. Use one of'),
      });
  });

  test('the same call in other spellings is one loop', async () => {
    const { invoke } = await agent();
    for (const given of [
      '{"message":"7"}',
      '{"message":7}',
      '{"message":"7","connector":null}',
      '{"message":7,"metadata":""}',
      '"{\\"message\\":7}"',
    ])
      expect(await invoke('send_to_n8n', given)).toEqual({ ok: true });
    expect(await invoke('send_to_n8n', '{"message":"7","metadata":null}')).toEqual({
      refused: expect.stringContaining('This exact call was already made and answered 5 times'),
    });
  });
});
