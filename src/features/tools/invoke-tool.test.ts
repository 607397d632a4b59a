import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllowList } from '#core/net/public-address.ts';
import { MASK } from '#core/text/mask.ts';
import { listSends } from '#features/connectors/list-sends.ts';
import { sendResultSchema } from '#features/connectors/schema.ts';
import { updateConnector } from '#features/connectors/update-connector.ts';
import { createApiKey } from '#features/people/api-keys/create-api-key.ts';
import { createKeep } from '#platform/keep.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import type { Scope } from '#platform/scope.ts';
import { closeMidBody, flood, garbage, hangUp, json, redirect, resetMidBody, text } from '#testing/receiver-answers.ts';
import { type Answer, closedPort, type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { messageMade, refusedWith } from '#testing/twilio-double.ts';
import { invokeTool } from './invoke-tool.ts';
import { listCalls } from './list-calls.ts';
import { setCallLimit } from './set-call-limit.ts';

let platform: OpenPlatform;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  platform = await createTestPlatform({ TWILIO_BASE_URL: receiver.url });
});
afterAll(async () => {
  await receiver.close();
  await platform.close();
});

/** An organization with an agent: an API key of its own, so that no test counts another's calls. */
async function agentOf(organization?: TestOrganization) {
  const mine = organization ?? (await createTestOrganization(platform));
  const key = await createApiKey(mine.scope(), { name: 'An agent', scopes: ['invoke'] });
  const scope = mine.scope({ actor: { type: 'api_key', id: key.id, name: key.name } });
  const invoke = (tool: string, given: unknown, by: Scope = scope) =>
    invokeTool(by, { tool, arguments: given, face: 'rest' });
  return { organization: mine, key, scope, invoke };
}

const url = () => `${receiver.url}/webhook/abc123`;
const refusal = (field: string, words: RegExp) => ({
  code: 'BAD_REQUEST',
  issues: [{ path: field.split('.'), message: expect.stringMatching(words) }],
});

describe('a call of a tool', () => {
  test('gets the other side’s answer back as data, and is logged as the agent’s, with its arguments masked', async () => {
    const { organization, key, invoke } = await agentOf();
    const id = await organization.connectorId(url());
    receiver.answerWith(json({ ticket: 42 }));
    const result = await invoke('send_to_n8n', { message: 'Customer X just signed up', metadata: { customer_id: 42 } });
    expect(result).toMatchObject({ ok: true, status: 200, body: { ticket: 42 } });
    expect(JSON.parse(receiver.requests.at(-1)?.body ?? '')).toEqual({
      message: 'Customer X just signed up',
      metadata: { customer_id: 42 },
    });
    const { items } = await listCalls(organization.scope(), { limit: 5 });
    expect(items).toEqual([
      {
        id: expect.any(String),
        at: expect.any(Date),
        face: 'rest',
        actor: { type: 'agent', id: key.id, name: 'An agent' },
        tool: 'send_to_n8n',
        arguments: { message: MASK, metadata: { customer_id: MASK } },
        ok: true,
        error: null,
        duration_ms: expect.any(Number),
        connector: { id, name: expect.any(String) },
        send_id: result.send_id,
      },
    ]);
    const sends = await listSends(organization.scope(), { id, limit: 5 });
    expect(sends.items).toMatchObject([{ id: result.send_id, source: 'agent', actor: { type: 'agent' } }]);
  });

  test.each<[string, string, Answer, Record<string, unknown>]>([
    ['JSON', 'send_to_n8n', json([1, null]), { ok: true, body: [1, null] }],
    ['text', 'send_to_n8n', text('Workflow was started'), { ok: true, body: 'Workflow was started' }],
    ['a 404', 'send_to_n8n', json({}, 404), { ok: false, status: 404, error: { code: 'http_error' } }],
    ['a 500', 'send_to_n8n', text('broken', 500), { ok: false, status: 500, error: { code: 'http_error' } }],
    ['a redirect', 'send_to_n8n', redirect('http://169.254.169.254/'), { ok: false, status: 302 }],
    ['a reset', 'send_to_n8n', resetMidBody, { ok: false, error: { code: 'connection_reset' } }],
    ['half a body', 'send_to_n8n', closeMidBody, { ok: false, error: { code: 'connection_reset' } }],
    ['no word', 'send_to_n8n', hangUp, { ok: false, error: { code: 'connection_reset' } }],
    ['what is not HTTP', 'send_to_n8n', garbage, { ok: false, error: { code: 'invalid_response' } }],
    ['a body without end', 'send_to_n8n', flood, { ok: false, error: { code: 'response_too_large' } }],
    ['a message of Twilio’s', 'send_whatsapp', messageMade(), { ok: true, status: 201, body: { status: 'queued' } }],
    ['a refusal of Twilio’s', 'send_whatsapp', refusedWith(63_016), { ok: false, error: { provider_code: 63_016 } }],
  ])('that is answered with %s returns what its output schema says', async (_, tool, answer, expected) => {
    const { organization, invoke } = await agentOf();
    if (tool === 'send_to_n8n') await organization.connectorId(url());
    else await organization.twilioConnectorId();
    receiver.answerWith(answer);
    const before = receiver.requests.length;
    const given = tool === 'send_to_n8n' ? { message: 'hello' } : { to: '+491701234567', body: 'hello' };
    const result = await invoke(tool, given);
    expect(result).toMatchObject(expected);
    expect(sendResultSchema.parse(result)).toEqual(result);
    expect(receiver.requests.length - before, 'no retry').toBe(1);
  });

  test.each<[string, () => Promise<string>, string]>([
    ['a closed port', async () => `http://127.0.0.1:${await closedPort()}/x`, 'connection_refused'],
    ['an unknown name', async () => 'https://nowhere.invalid/x', 'dns_error'],
  ])('to %s returns what its output schema says', async (_, target, code) => {
    const { organization, invoke } = await agentOf();
    await organization.connectorId(await target());
    const result = await invoke('send_to_n8n', { message: 'hello' });
    expect(result).toMatchObject({ ok: false, status: null, error: { code } });
    expect(sendResultSchema.parse(result)).toEqual(result);
  });

  test('to a private address is blocked', async () => {
    const { organization, scope, invoke } = await agentOf();
    await organization.connectorId(url());
    const nothing = parseAllowList('');
    if (!nothing.ok) throw new Error('An empty list is a list.');
    const result = await invoke('send_to_n8n', { message: 'hello' }, { ...scope, egressAllow: nothing.allow });
    expect(result).toMatchObject({ ok: false, error: { code: 'blocked_address' } });
  });

  test('keeps what it logs of arguments bounded, whatever an agent sends', async () => {
    const { organization, invoke } = await agentOf();
    await organization.connectorId(url());
    const metadata = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`${index}${'\u0000x'.repeat(500)}`, { a: { b: { c: { d: 1 } } } }]),
    );
    await invoke('send_to_n8n', { message: 'hello', metadata });
    const [call] = (await listCalls(organization.scope(), { limit: 1 })).items;
    expect(JSON.stringify(call?.arguments).length).toBeLessThan(10_000);
    expect(JSON.stringify(call?.arguments)).not.toContain('hello');
  });
});

describe('the connector of a call', () => {
  test('is the only enabled one when none is named', async () => {
    const { organization, invoke } = await agentOf();
    const off = await organization.connectorId(url());
    await updateConnector(organization.scope(), { id: off, enabled: false });
    const id = await organization.connectorId(url());
    receiver.answerWith(json({ ok: true }));
    await invoke('send_to_n8n', { message: 'hello' });
    expect((await listSends(organization.scope(), { id, limit: 2 })).items).toHaveLength(1);
  });

  test('is asked for when there are several, and they are listed', async () => {
    const { organization, invoke } = await agentOf();
    for (const name of ['Sales', 'Support']) {
      const id = await organization.connectorId(url());
      await updateConnector(organization.scope(), { id, name });
    }
    await expect(invoke('send_to_n8n', { message: 'hello' })).rejects.toMatchObject(
      refusal('arguments.connector', /several connectors\. Use one of "Sales", "Support"\.$/),
    );
    expect(await invoke('send_to_n8n', { message: 'hello', connector: 'Support' })).toMatchObject({ ok: true });
    await expect(invoke('send_to_n8n', { message: 'hello', connector: 'Marketing' })).rejects.toMatchObject(
      refusal('arguments.connector', /Use one of "Sales", "Support"/),
    );
  });

  test('is chosen by name or id, and not sent along', async () => {
    const { organization, invoke } = await agentOf();
    const id = await organization.connectorId(url());
    await organization.connectorId(url());
    await invoke('send_to_n8n', { message: 'hello', connector: id.toUpperCase() });
    expect((await listSends(organization.scope(), { id, limit: 2 })).items).toHaveLength(1);
    expect(receiver.requests.at(-1)?.body).toBe('{"message":"hello"}');
  });

  test('that is disabled gives a result with "disabled"', async () => {
    const { organization, invoke } = await agentOf();
    const id = await organization.connectorId(url());
    await updateConnector(organization.scope(), { id, enabled: false, name: 'Sales' });
    for (const connector of ['Sales', undefined])
      expect(await invoke('send_to_n8n', { message: 'hello', connector })).toMatchObject({
        ok: false,
        error: { code: 'disabled' },
      });
  });

  test('of another organization or another type is unknown', async () => {
    const { organization, invoke } = await agentOf();
    await organization.connectorId(url());
    const theirs = await (await createTestOrganization(platform)).connectorId(url());
    const other = await organization.twilioConnectorId();
    for (const connector of [theirs, other])
      await expect(invoke('send_to_n8n', { message: 'hello', connector })).rejects.toMatchObject(
        refusal('arguments.connector', /has this name/),
      );
  });
});

describe('a call is refused, and nothing is sent,', () => {
  test.each<[string, string, unknown, string, RegExp]>([
    ['of a tool that there is not', 'send_fax', { message: 'x' }, 'tool', /send_to_n8n, send_whatsapp/],
    ['without a message', 'send_to_n8n', {}, 'arguments.message', /required|Enter a message/],
    ['with an unknown argument', 'send_to_n8n', { message: 'x', colour: 1 }, 'arguments.colour', /Unknown field/],
    ['with arguments that are a list', 'send_to_n8n', [1], 'arguments', /./],
    [
      'without a connector of its type',
      'send_whatsapp',
      { to: '+491701234567', body: 'x' },
      'tool',
      /Create a Twilio WhatsApp connector/,
    ],
  ])('%s', async (_, tool, given, field, words) => {
    const { organization, invoke } = await agentOf();
    await organization.connectorId(url());
    const before = receiver.requests.length;
    await expect(invoke(tool, given)).rejects.toMatchObject(refusal(field, words));
    expect(receiver.requests).toHaveLength(before);
  });

  test('and what was refused is in the log of calls', async () => {
    const { organization, invoke } = await agentOf();
    await organization.connectorId(url());
    await expect(invoke('send_to_n8n', { text: 'x' })).rejects.toThrow();
    expect((await listCalls(organization.scope(), { limit: 5 })).items).toMatchObject([
      {
        ok: false,
        error: { code: 'refused', message: expect.stringContaining('arguments.') },
        arguments: { text: MASK },
      },
    ]);
  });
});

describe('an agent that loops is stopped:', () => {
  test('the same call, however it is written, is refused at the sixth within a minute, and told why', async () => {
    const { organization, invoke } = await agentOf();
    await organization.connectorId(url());
    receiver.answerWith(json({ ok: true }));
    const before = receiver.requests.length;
    for (const given of [1, 2, 3, 4, 5].map((index) =>
      index % 2 ? { message: 'a', metadata: { x: 1, y: 2 } } : { metadata: { y: 2, x: 1 }, message: 'a' },
    ))
      expect(await invoke('send_to_n8n', given)).toMatchObject({ ok: true });
    await expect(invoke('send_to_n8n', { message: 'a', metadata: { x: 1, y: 2 } })).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      message: expect.stringMatching(
        /^This exact call was already made and answered 5 times within a minute.*Use those responses/,
      ),
      retryAfterSeconds: expect.any(Number),
    });
    expect(receiver.requests.length - before).toBe(5);
    expect(await invoke('send_to_n8n', { message: 'b' }), 'another call').toMatchObject({ ok: true });
  });

  test('a key’s limit of calls counts for all processes together, and its own alone', async () => {
    const { organization, key, scope, invoke } = await agentOf();
    await organization.connectorId(url());
    await setCallLimit(organization.scope(), { id: key.id, calls_per_minute: 3 });
    const elsewhere = { ...scope, platform: { ...platform, keep: createKeep() } };
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4].map((index) => invoke('send_to_n8n', { message: String(index) }, index % 2 ? scope : elsewhere)),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: {
        code: 'TOO_MANY_REQUESTS',
        message: expect.stringMatching(/^More than 3 calls in a minute\. Wait \d+ second/),
      },
    });
    const other = await agentOf(organization);
    expect(await other.invoke('send_to_n8n', { message: 'x' })).toMatchObject({ ok: true });
  });

  test('60 calls a minute are a key’s, unless an admin says otherwise', async () => {
    const { organization, invoke } = await agentOf();
    await organization.connectorId(url());
    const calls = Array.from({ length: 61 }, (_, index) => invoke('send_to_n8n', { message: `n${index}` }));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });
});

describe('a key’s limit', () => {
  test('is changed by an admin, and audited', async () => {
    const { organization, key } = await agentOf();
    expect(await setCallLimit(organization.scope(), { id: key.id, calls_per_minute: 5 })).toMatchObject({
      calls_per_minute: 5,
    });
    expect(
      await platform.database.auditLog.findMany({ where: { target_id: key.id, action: 'api_key.tool_calls_limited' } }),
    ).toMatchObject([{ severity: 'security', details: { calls_per_minute: 5, before: 60 } }]);
  });

  test('of another organization’s key is not there', async () => {
    const { organization } = await agentOf();
    const { key } = await agentOf();
    await expect(setCallLimit(organization.scope(), { id: key.id, calls_per_minute: 5 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
