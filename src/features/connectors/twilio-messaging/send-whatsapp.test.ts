import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MASK } from '#core/text/mask.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { silence, text } from '#testing/receiver-answers.ts';
import { type Answer, type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { MESSAGE_SID, messageMade, refusalStatus, refusedWith, TWILIO } from '#testing/twilio-double.ts';
import { listSends } from '../list-sends.ts';
import { sendResultSchema } from '../schema.ts';
import { sendThroughConnector } from '../send-through-connector.ts';

/** Those that people meet. */
const CODES = [
  20003, 20403, 20404, 20429, 20500, 20503, 21211, 21408, 21608, 21610, 21614, 21617, 21656, 63003, 63007, 63015, 63016,
  63018, 63024, 63032,
];

let twilio: Receiver;
let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  twilio = await startReceiver(messageMade());
  platform = await createTestPlatform({ TWILIO_BASE_URL: `${twilio.url}/` });
  organization = await createTestOrganization(platform);
});
afterAll(async () => {
  await twilio.close();
  await platform.close();
});

const freeText = { to: '+491701234567', body: 'Your report is ready – ✓ & more' };

async function send(input: unknown, config: Record<string, unknown> = {}, answer: Answer = messageMade()) {
  twilio.answerWith(answer);
  const before = twilio.requests.length;
  const id = await organization.twilioConnectorId(config);
  const result = await sendThroughConnector(organization.scope(), id, input, 'agent');
  expect(twilio.requests.length - before).toBe(1);
  return {
    id,
    result,
    request: twilio.requests.at(-1),
    sent: (await listSends(organization.scope(), { id, limit: 2 })).items,
  };
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('the request to Twilio', () => {
  test('is, byte for byte, the form that Twilio’s own client makes of free text', async () => {
    const { request } = await send(freeText);
    expect(request).toMatchObject({
      method: 'POST',
      path: `/2010-04-01/Accounts/${TWILIO.account_sid}/Messages.json`,
      headers: {
        authorization: basic(TWILIO.account_sid, TWILIO.auth_token),
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        'user-agent': expect.stringMatching(/^twilio-node\//),
      },
    });
    expect(request?.body).toBe(
      'To=whatsapp%3A%2B491701234567&From=whatsapp%3A%2B14155238886&Body=Your+report+is+ready+%E2%80%93+%E2%9C%93+%26+more',
    );
  });

  test('of a template has its SID and its variables as a JSON text', async () => {
    const { request } = await send({
      to: '+491701234567',
      content_sid: TWILIO.content_sid,
      content_variables: { 1: 'Ada', 2: '"quoted" & ü' },
    });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      To: 'whatsapp:+491701234567',
      From: 'whatsapp:+14155238886',
      ContentSid: TWILIO.content_sid,
      ContentVariables: '{"1":"Ada","2":"\\"quoted\\" & ü"}',
    });
  });

  test('names the messaging service instead of a sender', async () => {
    const { messaging_service_sid } = TWILIO;
    const { request } = await send(freeText, { from: undefined, messaging_service_sid });
    const form = new URLSearchParams(request?.body);
    expect(form.get('MessagingServiceSid')).toBe(messaging_service_sid);
    expect(form.has('From')).toBe(false);
  });

  test('signs in with the API key where there is one, in the path of the account', async () => {
    const { api_key_sid, api_key_secret } = TWILIO;
    for (const auth_token of [undefined, TWILIO.auth_token]) {
      const { request } = await send(freeText, { auth_token, api_key_sid, api_key_secret });
      expect(request?.headers.authorization).toBe(basic(api_key_sid, api_key_secret));
      expect(request?.path).toContain(TWILIO.account_sid);
    }
  });

  test('takes numbers as people write them, with or without "whatsapp:"', async () => {
    const { request } = await send(
      { ...freeText, to: 'whatsapp:+49 170 123-45 67' },
      { from: 'whatsapp:+1 (415) 523-8886' },
    );
    const form = new URLSearchParams(request?.body);
    expect([form.get('To'), form.get('From')]).toEqual(['whatsapp:+491701234567', 'whatsapp:+14155238886']);
  });

  test.each(['+5215512345678', '+5219991234567', '+22997000000', '+22501020304', '+541112345678', '+551187654321'])(
    'leaves it to Twilio whether %s is a number',
    async (to) => {
      const refused = refusedWith(21211, `The 'To' number whatsapp:${to} is not a valid phone number.`);
      for (const answer of [messageMade(), refused]) {
        const { request, result } = await send({ ...freeText, to }, {}, answer);
        expect(new URLSearchParams(request?.body).get('To')).toBe(`whatsapp:${to}`);
        if (answer === refused) expect(result).toMatchObject({ ok: false, error: { provider_code: 21211 } });
        else expect(result.ok).toBe(true);
      }
    },
  );

  test('asks for status callbacks at the connector’s own address', async () => {
    const publicUrl = 'https://webhooks.example.com';
    const scope = organization.scope({ platform: { ...platform, config: { ...platform.config, publicUrl } } });
    const id = await organization.twilioConnectorId();
    await sendThroughConnector(scope, id, freeText, 'agent');
    const callback = () => new URLSearchParams(twilio.requests.at(-1)?.body).get('StatusCallback');
    expect(callback()).toBe(`${publicUrl}/api/twilio/status/${id}`);

    const status_callback = 'https://example.com/twilio';
    await sendThroughConnector(scope, await organization.twilioConnectorId({ status_callback }), freeText, 'agent');
    expect(callback()).toBe(status_callback);

    const { api_key_sid, api_key_secret } = TWILIO;
    const unsigned = await organization.twilioConnectorId({ auth_token: undefined, api_key_sid, api_key_secret });
    await sendThroughConnector(scope, unsigned, freeText, 'agent');
    expect(callback(), 'nothing could prove that a callback is Twilio’s').toBe(null);
  });

  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ['a number without a country code', { to: '0170 1234567', body: 'x' }, 'to', /"\+" and a country code.*E\.164/],
    ['a number that is too short', { to: '+4917', body: 'x' }, 'to', /too short.*E\.164/],
    ['a number that is too long', { to: '+49170123456789012345', body: 'x' }, 'to', /too long.*E\.164/],
    ['no number', { to: 'Ada', body: 'x' }, 'to', /E\.164/],
    ['a body of 1,601 characters', { to: '+491701234567', body: 'x'.repeat(1601) }, 'body', /at most 1,600 characters/],
    ['neither body nor template', { to: '+491701234567' }, 'body', /Send a body or a content_sid/],
    ['both', { ...freeText, content_sid: TWILIO.content_sid }, 'content_sid', /not both/],
    [
      'variables without a template',
      { ...freeText, content_variables: { 1: 'a' } },
      'content_variables',
      /content_sid/,
    ],
    [
      'variables that are a text',
      { to: '+491701234567', content_sid: TWILIO.content_sid, content_variables: '{}' },
      'content_variables',
      /JSON object/,
    ],
  ])('is not made for %s: the field is named', async (_, input, field, words) => {
    const before = twilio.requests.length;
    const id = await organization.twilioConnectorId();
    await expect(sendThroughConnector(organization.scope(), id, input, 'agent')).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: [field], message: expect.stringMatching(words) }],
    });
    expect(twilio.requests).toHaveLength(before);
  });

  test('is made for a body of 1,600 characters', async () => {
    const { result } = await send({ to: '+491701234567', body: 'x'.repeat(1600) });
    expect(result.ok).toBe(true);
  });
});

describe('Twilio’s answer', () => {
  test('to a message comes back with its sid, status and price, and the log knows the message', async () => {
    const { result, sent } = await send(freeText, {}, messageMade({ price: '-0.00500' }));
    expect(result).toMatchObject({
      ok: true,
      status: 201,
      body: { sid: MESSAGE_SID, status: 'queued', price: '-0.00500', price_unit: 'USD' },
    });
    expect(sent).toMatchObject([{ ok: true, provider_id: MESSAGE_SID, statuses: [{ status: 'queued' }] }]);
  });

  test.each(CODES)(
    'with the code %i is a result with the code, the words and the next step, without a retry',
    async (code) => {
      const { result, sent } = await send(freeText, {}, refusedWith(code, `Twilio says ${code}.`));
      const error = {
        code: 'provider_error',
        message: `Twilio says ${code}.`,
        provider_code: code,
        explanation: expect.stringMatching(/^.{20,}\.$/),
        next_step: expect.stringMatching(/^.{20,}\.$/),
      };
      expect(result).toMatchObject({ ok: false, status: refusalStatus(code), body: { code }, error });
      expect(sendResultSchema.parse(result)).toEqual(result);
      expect(sent).toMatchObject([{ ok: false, status: refusalStatus(code), error }]);
    },
  );

  test('with a code that we do not explain has its words still', async () => {
    const { result } = await send(freeText, {}, refusedWith(99_999, 'Something new.'));
    expect(result).toMatchObject({ ok: false, error: { provider_code: 99_999, message: 'Something new.' } });
    expect(result).not.toHaveProperty('error.explanation');
  });

  test('that a message has failed at once is a failure with its code', async () => {
    const { result, sent } = await send(
      freeText,
      {},
      messageMade({ status: 'failed', error_code: 63_016, error_message: 'Outside the window' }),
    );
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'provider_error', provider_code: 63_016, message: 'Outside the window' },
    });
    expect(sent).toMatchObject([{ provider_id: MESSAGE_SID, statuses: [{ status: 'failed', provider_code: 63_016 }] }]);
  });

  test.each<[string, Answer, string, number | null]>([
    ['that is not Twilio’s', text('Welcome to nginx'), 'invalid_response', 200],
    ['of a failing server', text('Bad gateway', 502), 'http_error', 502],
    ['that hangs up', (response) => response.socket?.destroy(), 'connection_reset', null],
  ])('%s is a failure', async (_, answer, code, status) => {
    const { result } = await send(freeText, {}, answer);
    expect(result).toMatchObject({ ok: false, status, error: { code } });
  });

  test('that never comes is given up when the caller cancels', async () => {
    twilio.answerWith(silence);
    const id = await organization.twilioConnectorId();
    const before = twilio.requests.length;
    const cancel = new AbortController();
    const sending = sendThroughConnector(organization.scope(), id, freeText, 'agent', cancel.signal);
    await expect.poll(() => twilio.requests.length).toBe(before + 1);
    cancel.abort();
    expect(await sending).toMatchObject({
      ok: false,
      error: {
        code: 'connection_reset',
        message: expect.stringMatching(/cancelled before .* may have received the request/),
      },
    });
  });
});

describe('secrets and message bodies', () => {
  test('neither credential nor its base64 is in the answer or in the log of sends', async () => {
    const quoting: Answer = (response, request) =>
      refusedWith(20003, `No ${TWILIO.auth_token} ${request.headers.authorization}`)(response, request);
    const { result, sent } = await send(freeText, {}, quoting);
    const seen = JSON.stringify([result, sent]);
    expect(seen).not.toContain(TWILIO.auth_token);
    expect(sent[0]?.request?.headers.authorization).toBe(MASK);
    expect(seen).not.toContain(Buffer.from(`${TWILIO.account_sid}:${TWILIO.auth_token}`).toString('base64'));
  });

  test('who is no admin sees that something was sent, and not what', async () => {
    const { id } = await send(freeText);
    const [seen] = (await listSends(organization.scope(), { id, limit: 1 }, false)).items;
    expect(seen).toMatchObject({ ok: true, request: { body: MASK }, response: { body: MASK } });
    expect(JSON.stringify(seen)).not.toContain('Your+report');
    expect((await listSends(organization.scope(), { id, limit: 1 }, true)).items[0]?.request?.body).toContain(
      'Your+report',
    );
  });
});
