import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MASK } from '#core/mask.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { USER_AGENT } from '#platform/version.ts';
import { json, text } from '#testing/receiver-answers.ts';
import { type Answer, type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { getConnector, listSends } from './queries.ts';
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
        headers: expect.arrayContaining([['content-type', 'application/json']]),
        body: '{"received":true}',
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
    expect(logged?.response?.headers).toContainEqual(['x-path', MASK]);
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

  test('keeps bytes that are no text', async () => {
    const { logged } = await resultOf((response) => response.end(Buffer.from([0xff, 0x00, 0xfe, 0x41])));
    expect(logged?.response?.body).toBe('\uFFFD\uFFFD\uFFFDA');
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
