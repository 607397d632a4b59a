import twilio from 'twilio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSends } from '#features/connectors/list-sends.ts';
import { sendThroughConnector } from '#features/connectors/send-through-connector.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import type { Platform } from '#platform/scope.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { messageMade, TWILIO } from '#testing/twilio-double.ts';
import { handleTwilioStatus } from './twilio-status.ts';

const PUBLIC_URL = 'https://webhooks.example.com';

let double: Receiver;
let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  double = await startReceiver();
  platform = await createTestPlatform({ PUBLIC_URL, TWILIO_BASE_URL: double.url });
  organization = await createTestOrganization(platform);
});
afterAll(async () => {
  await double.close();
  await platform.close();
});

let sids = 0;
/** A connector that has sent a message. */
async function sent(config: Record<string, unknown> = {}) {
  sids += 1;
  const sid = `SM${String(sids).padStart(32, '0')}`;
  double.answerWith(messageMade({ sid }));
  const id = await organization.twilioConnectorId(config);
  await sendThroughConnector(organization.scope(), id, { to: '+491701234567', body: 'Hello' }, 'agent');
  return { id, sid, send: async () => (await listSends(organization.scope(), { id, limit: 1 })).items[0] };
}

/** As Twilio calls back: by the public address, which a proxy takes to our own. */
function tell(
  id: string,
  params: Record<string, string>,
  given: { token?: string; signature?: string | null; search?: string; by?: Platform } = {},
) {
  const { token = TWILIO.auth_token, search = '' } = given;
  const path = `/api/twilio/status/${id}${search}`;
  const signature =
    given.signature === undefined
      ? twilio.getExpectedTwilioSignature(token, `${PUBLIC_URL}${path}`, params)
      : given.signature;
  const request = new Request(`http://127.0.0.1:3000${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(signature === null ? {} : { 'x-twilio-signature': signature }),
    },
    body: new URLSearchParams(params).toString(),
  });
  return handleTwilioStatus(given.by ?? platform, request, id);
}

const statusOf = (sid: string, MessageStatus: string, more: Record<string, string> = {}) => ({
  AccountSid: TWILIO.account_sid,
  MessageSid: sid,
  MessageStatus,
  To: 'whatsapp:+491701234567',
  ...more,
});

describe('a status callback', () => {
  test('makes the log show queued → sent → delivered → read, in that order, whatever comes first', async () => {
    const { id, sid, send } = await sent();
    for (const status of ['delivered', 'sent', 'read', 'sent'])
      expect((await tell(id, statusOf(sid, status))).status).toBe(204);
    expect((await send())?.statuses.map(({ status }) => status)).toEqual(['queued', 'sent', 'delivered', 'read']);
  });

  test('of a failure shows the code, what it means and the next step', async () => {
    const { id, sid, send } = await sent();
    await tell(id, statusOf(sid, 'sent'));
    await tell(id, statusOf(sid, 'failed', { ErrorCode: '63016' }));
    expect((await send())?.statuses.at(-1)).toEqual({
      status: 'failed',
      at: expect.any(Date),
      provider_code: 63_016,
      explanation: expect.stringContaining('within 24 hours'),
      next_step: expect.stringContaining('content_sid'),
    });
  });

  test.each<[string, Parameters<typeof tell>[2]]>([
    ['without a signature', { signature: null }],
    ['with a signature that is none', { signature: 'bm9uZQ==' }],
    ['signed with another token', { token: 'another-token' }],
  ])('%s is 403, and changes nothing', async (_, given) => {
    const { id, sid, send } = await sent();
    const answer = await tell(id, statusOf(sid, 'failed'), given);
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
    expect((await send())?.statuses).toMatchObject([{ status: 'queued' }]);
  });

  test('signed for another connector is 403', async () => {
    const mine = await sent();
    const other = await sent();
    const params = statusOf(mine.sid, 'read');
    const signature = twilio.getExpectedTwilioSignature(
      TWILIO.auth_token,
      `${PUBLIC_URL}/api/twilio/status/${other.id}`,
      params,
    );
    expect((await tell(mine.id, params, { signature })).status).toBe(403);
  });

  test('whose form was changed on the way is 403', async () => {
    const { id, sid } = await sent();
    const signature = twilio.getExpectedTwilioSignature(
      TWILIO.auth_token,
      `${PUBLIC_URL}/api/twilio/status/${id}`,
      statusOf(sid, 'sent'),
    );
    expect((await tell(id, statusOf(sid, 'read'), { signature })).status).toBe(403);
  });

  test('is verified with its query string', async () => {
    const { id, sid, send } = await sent();
    expect((await tell(id, statusOf(sid, 'read'), { search: '?a=b%20c' })).status).toBe(204);
    expect((await send())?.statuses.at(-1)?.status).toBe('read');
  });

  test('of a message that the log does not know is 204, and counted', async () => {
    const { id, send } = await sent();
    expect((await tell(id, statusOf('SMffffffffffffffffffffffffffffffff', 'read'))).status).toBe(204);
    expect(await platform.database.connector.findUnique({ where: { id } })).toMatchObject({ unknown_statuses: 1 });
    expect((await send())?.statuses).toHaveLength(1);
  });

  test('of another connector’s message changes nothing there', async () => {
    const mine = await sent();
    const other = await sent();
    await tell(mine.id, statusOf(other.sid, 'read'));
    expect((await other.send())?.statuses).toHaveLength(1);
  });

  test('that overtakes the entry of its own message is not lost', async () => {
    const { id } = await sent();
    const sid = 'SM0000000000000000000000000000beef';
    const looked = Promise.withResolvers<void>();
    const database = new Proxy(platform.database, {
      get(target, name): unknown {
        if (name !== '$queryRaw') return Reflect.get(target, name);
        return async (...query: Parameters<typeof target.$queryRaw>) => {
          const rows: unknown = await target.$queryRaw(...query);
          looked.resolve();
          return rows;
        };
      },
    });
    const telling = tell(id, statusOf(sid, 'sent'), { by: { ...platform, database } });
    await looked.promise;
    double.answerWith(messageMade({ sid }));
    await sendThroughConnector(organization.scope(), id, { to: '+491701234567', body: 'Hello' }, 'agent');
    expect((await telling).status).toBe(204);
    const { items } = await listSends(organization.scope(), { id, limit: 1 });
    expect(items[0]?.statuses.map(({ status }) => status)).toEqual(['queued', 'sent']);
  });

  test('for a connector without an auth token is 403 with what to do', async () => {
    const { api_key_sid, api_key_secret } = TWILIO;
    const { id, sid } = await sent({ auth_token: undefined, api_key_sid, api_key_secret });
    const answer = await tell(id, statusOf(sid, 'sent'));
    expect([answer.status, (await answer.json()).message]).toEqual([403, expect.stringContaining('auth token')]);
  });

  test.each([
    ['no id', () => Promise.resolve('nonsense')],
    ['an id that nothing has', () => Promise.resolve('01a21a1b-8903-7dfc-8203-693de40a9337')],
    ['a connector of another type', () => organization.connectorId()],
  ])('for %s is 404', async (_, idOf) => {
    expect((await tell(await idOf(), statusOf('SM1', 'sent'))).status).toBe(404);
  });

  test('without a status is a 400 that names the field', async () => {
    const { id, sid } = await sent();
    const answer = await tell(id, { MessageSid: sid });
    expect([answer.status, await answer.json()]).toMatchObject([400, { issues: [{ path: ['MessageStatus'] }] }]);
  });
});
