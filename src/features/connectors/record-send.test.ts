import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MASK } from '#core/text/mask.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { USER_AGENT } from '#platform/version.ts';
import { json, text } from '#testing/receiver-answers.ts';
import { type Answer, type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { getConnector } from './get-connector.ts';
import { listSends } from './list-sends.ts';
import { recordSend } from './record-send.ts';
import { sendThroughConnector } from './send-through-connector.ts';

const PATH = '/webhook/team/abc123';
const message = { message: 'Customer X just signed up', metadata: { customer_id: 42 } };

let platform: OpenPlatform;
let organization: TestOrganization;
let receiver: Receiver;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await platform.close();
});

async function lastSend(id: string) {
  const { items } = await listSends(organization.scope(), { id, limit: 2 });
  expect(items).toHaveLength(1);
  return items[0];
}

/** What came of a send while the receiver answers like this, and what the log says of it. */
async function resultOf(answer: Answer) {
  receiver.answerWith(answer);
  const id = await organization.connectorId(`${receiver.url}${PATH}`);
  const result = await sendThroughConnector(organization.scope(), id, message, 'test');
  return { result, logged: await lastSend(id) };
}

describe('the log of a send', () => {
  test('says who sent what through which surface, with secrets masked', async () => {
    receiver.answerWith(json({ received: true }));
    const id = await organization.connectorId(`${receiver.url}${PATH}`);
    const actor = { type: 'agent', id: 'key', name: 'An agent' } as const;
    const result = await sendThroughConnector(organization.scope({ actor }), id, message, 'agent');
    expect(await lastSend(id)).toEqual({
      id: result.send_id,
      at: expect.any(Date),
      source: 'agent',
      actor,
      action: 'send_message',
      ok: true,
      status: 200,
      duration_ms: result.duration_ms,
      error: null,
      request: {
        method: 'POST',
        url: `${receiver.url}/${MASK}`,
        headers: { 'content-type': 'application/json', 'user-agent': USER_AGENT },
        body: JSON.stringify(message),
      },
      response: {
        headers: expect.arrayContaining([{ name: 'content-type', value: 'application/json' }]),
        body: '{"received":true}',
        encoding: 'text',
        size_bytes: 17,
        truncated: false,
      },
      provider_id: null,
      statuses: [],
    });
    expect((await getConnector(organization.scope(), id)).last_send).toMatchObject({ id: result.send_id, ok: true });
  });

  test('and the result mask what the answer quotes of the webhook’s path', async () => {
    const { result, logged } = await resultOf((response, { path }) => {
      response.writeHead(404, { 'content-type': 'application/json', 'x-path': path });
      response.end(JSON.stringify({ message: 'The requested webhook "POST team/abc123" is not registered.', path }));
    });
    expect(result.body).toEqual({ message: `The requested webhook "POST ${MASK}" is not registered.`, path: MASK });
    expect(JSON.stringify([result, logged])).not.toContain('abc123');
    expect(logged?.response?.headers).toContainEqual({ name: 'x-path', value: MASK });
  });

  test('masks the webhook’s path in what was sent, too', async () => {
    const id = await organization.connectorId(`${receiver.url}${PATH}`);
    await sendThroughConnector(organization.scope(), id, { message: `Is ${receiver.url}${PATH} the one?` }, 'test');
    expect(receiver.requests.at(-1)?.body).toContain('abc123');
    expect((await lastSend(id))?.request?.body).toBe(`{"message":"Is ${receiver.url}/${MASK} the one?"}`);
  });

  test('masks a header that is a credential, in whatever form it carries the secret', async () => {
    const id = await organization.connectorId();
    const authorization = `Basic ${Buffer.from('account:the-secret-token').toString('base64')}`;
    await recordSend(organization.scope(), {
      id: randomUUID(),
      connector_id: id,
      action: 'send_message',
      source: 'api',
      call: {
        method: 'POST',
        url: 'https://api.example.com/',
        headers: { Authorization: authorization, accept: '*/*' },
        body: '',
      },
      response: null,
      result: { ok: true, status: 200, body: null, duration_ms: 1 },
      message: null,
      secrets: ['the-secret-token'],
    });
    expect((await lastSend(id))?.request?.headers).toEqual({ Authorization: MASK, accept: '*/*' });
  });

  test('keeps 64 KiB of the answer, whole characters, and says that there was more', async () => {
    const { result, logged } = await resultOf(text('ü'.repeat(40_000)));
    expect(result.body).toHaveLength(40_000);
    expect(logged?.response).toMatchObject({ body: 'ü'.repeat(32_768), truncated: true });
    const odd = await resultOf(text(`x${'ü'.repeat(40_000)}`));
    expect(odd.logged?.response).toMatchObject({ body: `x${'ü'.repeat(32_767)}`, truncated: true });
    const exact = await resultOf(text('x'.repeat(65_536)));
    expect(exact.logged?.response).toMatchObject({ body: 'x'.repeat(65_536), truncated: false });
  });

  test('keeps no part of a secret that the cut goes through', async () => {
    const { logged } = await resultOf(text(`${'x'.repeat(65_536 - 12)}${PATH} and more`));
    expect(logged?.response).toMatchObject({ truncated: true });
    expect(logged?.response?.body).not.toContain('webhook');
  });

  test('keeps what PostgreSQL cannot: NUL is shown as the replacement character', async () => {
    const { result, logged } = await resultOf(text('a\u0000b'));
    expect(result.body).toBe('a\u0000b');
    expect(logged?.response?.body).toBe('a\uFFFDb');
    const id = await organization.connectorId(`${receiver.url}${PATH}`);
    await sendThroughConnector(
      organization.scope(),
      id,
      { message: 'nul \u0000 and half \ud800', metadata: { '\u0000': '\udc00' } },
      'test',
    );
    expect((await lastSend(id))?.request?.body).toBe(
      '{"message":"nul \\u0000 and half \\ud800","metadata":{"\\u0000":"\\udc00"}}',
    );
  });

  test('keeps bytes that are no text in base64, with their size, and the result says what they are', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x41]);
    const { result, logged } = await resultOf((response) =>
      response.writeHead(200, { 'content-type': 'image/x-icon; q=1' }).end(bytes),
    );
    expect(logged?.response).toMatchObject({ body: '/wD+QQ==', encoding: 'base64', size_bytes: 4, truncated: false });
    expect(result).toMatchObject({
      ok: true,
      status: 200,
      body: { binary: true, media_type: 'image/x-icon', size_bytes: 4, base64: '/wD+QQ==', truncated: false },
    });
  });

  test('keeps at most 64 KiB of them, in the result as well', async () => {
    const { result, logged } = await resultOf((response) => response.end(Buffer.alloc(100_000)));
    expect(Buffer.from(logged?.response?.body ?? '', 'base64')).toHaveLength(65_536);
    expect(logged?.response).toMatchObject({ encoding: 'base64', size_bytes: 100_000, truncated: true });
    expect(result.body).toMatchObject({ base64: logged?.response?.body, size_bytes: 100_000, truncated: true });
  });

  test('reads text by the charset of the answer, JSON too', async () => {
    const answer =
      (type: string, text: string): Answer =>
      (response) =>
        response.writeHead(200, { 'content-type': type }).end(Buffer.from(text, 'latin1'));
    const plain = await resultOf(answer('text/plain; charset=iso-8859-1', 'Grüße'));
    expect(plain.result.body).toBe('Grüße');
    expect(plain.logged?.response).toMatchObject({ body: 'Grüße', encoding: 'text', size_bytes: 5 });
    const structured = await resultOf(answer('application/json; charset=latin1', '{"name":"Grüße"}'));
    expect(structured.result.body).toEqual({ name: 'Grüße' });
  });

  test.each<[string, string, (text: string) => Buffer | string]>([
    ['in UTF-16', 'text/plain; charset=utf-16le', (text) => Buffer.from(text, 'utf16le')],
    ['in UTF-16 that nobody declares', 'text/plain', (text) => Buffer.from(text, 'utf16le')],
    ['within an image', 'image/png', (text) => Buffer.from(text)],
    ['in base64', 'text/plain', (text) => Buffer.from(text).toString('base64')],
    ['with escaped slashes', 'application/json', (text) => JSON.stringify({ text }).replaceAll('/', String.raw`\/`)],
  ])('keeps no secret that an answer quotes %s', async (_, type, quote) => {
    const { result, logged } = await resultOf((response) =>
      response.writeHead(404, { 'content-type': type }).end(quote(`POST ${PATH} is not registered`)),
    );
    const stored = logged?.response?.body ?? '';
    const told = JSON.stringify(result.body);
    for (const shown of [
      stored,
      told,
      ...[stored, told].map((text) => Buffer.from(text, 'base64').toString('latin1')),
    ]) {
      expect(shown.replaceAll('\0', '').replaceAll('\\', '')).not.toContain('team/abc123');
      expect(shown).not.toContain(Buffer.from('/webhook/team/abc123').toString('base64').slice(4, 20));
    }
  });

  test('that cannot be written leaves the result, with no entry to name', async () => {
    receiver.answerWith(json({ received: true }));
    const id = await organization.connectorId(`${receiver.url}${PATH}`);
    await platform.pool.query('alter table connector_send rename to connector_send_away');
    try {
      const result = await sendThroughConnector(organization.scope(), id, message, 'test');
      expect(result).toEqual({
        ok: true,
        status: 200,
        body: { received: true },
        duration_ms: expect.any(Number),
        send_id: null,
      });
    } finally {
      await platform.pool.query('alter table connector_send_away rename to connector_send');
    }
  });

  test('of a connector that was deleted during the send is left out, and the result is told', async () => {
    const id = await organization.connectorId(`${receiver.url}${PATH}`);
    receiver.answerWith((response, request) => {
      platform.database.connector.delete({ where: { id } }).then(
        () => json({ received: true })(response, request),
        () => response.destroy(),
      );
    });
    expect(await sendThroughConnector(organization.scope(), id, message, 'test')).toMatchObject({
      ok: true,
      send_id: null,
    });
  });
});
