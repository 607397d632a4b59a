import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type Answer, type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { accountOf, answeredWith, MESSAGE_SID, refusedWith, restException, TWILIO } from '#testing/twilio-double.ts';
import { checkCredentials } from '../check-credentials.ts';
import { listSends } from '../list-sends.ts';
import { sendThroughConnector } from '../send-through-connector.ts';

let twilio: Receiver;
let platform: OpenPlatform;
let organization: TestOrganization;
let id: string;
let withKey: string;
beforeAll(async () => {
  twilio = await startReceiver();
  platform = await createTestPlatform({ TWILIO_BASE_URL: twilio.url });
  organization = await createTestOrganization(platform);
  id = await organization.twilioConnectorId();
  const { api_key_sid, api_key_secret } = TWILIO;
  withKey = await organization.twilioConnectorId({ auth_token: undefined, api_key_sid, api_key_secret });
});
afterAll(async () => {
  await twilio.close();
  await platform.close();
});

/** @returns the failure, which the log of sends tells in the same words. */
async function failureOf(answer: Answer) {
  twilio.answerWith(answer);
  const result = await sendThroughConnector(organization.scope(), id, { to: '+491701234567', body: 'Hi' }, 'agent');
  const [logged] = (await listSends(organization.scope(), { id, limit: 1 })).items;
  expect(logged).toMatchObject({ id: result.send_id, status: result.status, ok: false });
  if (result.ok) throw new Error('The send succeeded.');
  expect(logged?.error).toEqual(result.error);
  return result;
}

const HTML = 'text/html; charset=utf-8';
const XML = 'application/xml';
const JSON_TYPE = 'application/json';
const page = (title: string) => `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
const MISLEADING = /webhook|check its log|service expects|workflow/i;

describe('without words of Twilio’s, its answer is told by the status, with advice that can be followed:', () => {
  const credentials = /account SID and the auth token \(or the API key and its secret\)/;
  const wait = /https:\/\/status\.twilio\.com, and try again later\. .*whether it was sent/;
  test.each<[string, Answer, number, RegExp]>([
    ['503 with a page', answeredWith(503, page('Service Unavailable'), HTML), 503, /is unavailable/],
    ['503 with a page: what to do', answeredWith(503, page('Service Unavailable'), HTML), 503, wait],
    ['503 without a body', answeredWith(503, ''), 503, wait],
    ['500 with a text', answeredWith(500, 'Internal Server Error', 'text/plain'), 500, wait],
    ['502 of a proxy', answeredWith(502, page('502 Bad Gateway'), HTML), 502, /a proxy in front/],
    ['504 of a proxy', answeredWith(504, page('504 Gateway Time-out'), HTML), 504, wait],
    ['401 with a page', answeredWith(401, page('Unauthorized'), HTML), 401, credentials],
    ['401 without a body', answeredWith(401, '', JSON_TYPE), 401, credentials],
    ['403 with a page', answeredWith(403, page('Forbidden'), HTML), 403, /account is active, .* restricted API key/],
    ['404 with a page', answeredWith(404, page('Not Found'), HTML), 404, /account SID/],
    ['429 with a page', answeredWith(429, page('Too Many Requests'), HTML), 429, /Nothing was sent\. Wait/],
    ['400 with an empty object', answeredWith(400, '{}', JSON_TYPE), 400, /without a reason.*Monitor, Logs, Errors/],
    [
      '400 with nothing but nulls',
      answeredWith(400, '{"code":null,"message":null}', JSON_TYPE),
      400,
      /without a reason/,
    ],
    ['400 with JSON that is cut', answeredWith(400, '{"code":21211,"mess', JSON_TYPE), 400, /without a reason/],
    ['405 of something else', answeredWith(405, page('Not Allowed'), HTML), 405, /TWILIO_BASE_URL/],
    ['a redirect', answeredWith(302, '', HTML), 302, /something else may have answered.*TWILIO_BASE_URL/],
  ])('%s', async (_, answer, status, words) => {
    const { status: answered, error } = await failureOf(answer);
    expect([answered, error]).toEqual([status, { code: 'http_error', message: expect.stringMatching(words) }]);
    expect(error.message).toMatch(new RegExp(`^Twilio answered ${status}`));
    expect(error.message).not.toMatch(MISLEADING);
  });
});

describe('Twilio’s own words and code are kept, however it gives them:', () => {
  const invalid = "The 'To' number is not a valid phone number.";
  const known = { provider_code: 21211, explanation: expect.any(String), next_step: expect.any(String) };
  const answer = (status: number, value: unknown) => answeredWith(status, JSON.stringify(value), JSON_TYPE);
  const more_info = 'https://www.twilio.com/docs/errors/21211';
  test.each<[string, Answer, Record<string, unknown>]>([
    [
      'code as a number',
      answer(400, { code: 21211, message: invalid, more_info, status: 400 }),
      { message: invalid, ...known },
    ],
    ['code as a text', answer(400, { code: '21211', message: 'x', status: 400 }), { message: 'x', ...known }],
    ['no code but null', answer(400, { code: null, message: 'Bad thing', status: 400 }), { message: 'Bad thing' }],
    ['no code at all', answer(400, { message: 'Bad thing' }), { message: 'Bad thing' }],
    ['code 0', answer(400, { code: 0, message: 'Bad thing' }), { message: 'Bad thing' }],
    ['a code that is a word', answer(400, { code: 'INVALID', message: 'Bad thing' }), { message: 'Bad thing' }],
    ['a code beyond a column', answer(400, { code: 99_999_999_999, message: 'Bad thing' }), { message: 'Bad thing' }],
    [
      'a code without a message',
      answer(400, { code: 21211, status: 400 }),
      { message: expect.stringMatching(/^Twilio answered 400/), ...known },
    ],
    [
      'a message that is empty',
      answer(400, { code: 21211, message: '' }),
      { message: expect.stringMatching(/^Twilio answered 400/), ...known },
    ],
    [
      'error_code and error_message',
      answer(400, { error_code: '21211', error_message: invalid }),
      { message: invalid, ...known },
    ],
    [
      'RFC 9457',
      answer(400, { type: more_info, title: 'Invalid', detail: invalid, status: 400, code: 21211 }),
      { message: invalid, ...known },
    ],
    [
      'JSON that is called text',
      answeredWith(400, JSON.stringify({ code: 21211, message: invalid }), 'text/plain'),
      { message: invalid, ...known },
    ],
    [
      'JSON without a content type',
      answeredWith(400, JSON.stringify({ code: 21211, message: invalid })),
      { message: invalid, ...known },
    ],
    [
      'XML',
      answeredWith(
        400,
        restException({ Code: 21211, Message: 'Not &lt;valid&gt; &amp; &#39;x&#x27;', Status: 400 }),
        XML,
      ),
      { message: "Not <valid> & 'x'", ...known },
    ],
    [
      'XML without a code',
      answeredWith(404, restException({ Status: 404, Message: 'The requested resource was not found' }), 'text/xml'),
      {
        message: 'The requested resource was not found',
        explanation: expect.stringContaining('did not find this'),
        next_step: expect.stringContaining('account SID'),
      },
    ],
    [
      'XML of a 401',
      answeredWith(401, restException({ Code: 20003, Detail: 'Wrong.', Message: 'Authenticate', Status: 401 }), XML),
      {
        message: 'Authenticate',
        provider_code: 20003,
        explanation: 'Twilio rejected these credentials.',
        next_step: expect.stringContaining('auth token'),
      },
    ],
    [
      'a message of a gateway',
      answer(503, { message: 'Service Unavailable' }),
      {
        message: 'Service Unavailable',
        explanation: 'Twilio is unavailable.',
        next_step: expect.stringContaining('status.twilio.com'),
      },
    ],
    [
      'an unknown code of a failing server',
      answer(500, { code: 29_999, message: 'Oops' }),
      {
        message: 'Oops',
        provider_code: 29_999,
        explanation: expect.any(String),
        next_step: expect.stringContaining('status.twilio.com'),
      },
    ],
  ])('%s', async (_, given, error) => {
    expect((await failureOf(given)).error).toEqual({ code: 'provider_error', ...error });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'a code as a text',
      { error_code: '63016', error_message: null },
      { message: 'Twilio accepted the message but reports it as failed.', provider_code: 63_016 },
    ],
    ['words without a code', { error_code: null, error_message: 'Outside' }, { message: 'Outside' }],
    ['neither', {}, { message: 'Twilio accepted the message but reports it as failed.' }],
  ])('of a message that failed at once, with %s', async (_, given, error) => {
    const made = { sid: MESSAGE_SID, status: 'failed', title: 'no words', ...given };
    const result = await failureOf(answeredWith(201, JSON.stringify(made), JSON_TYPE));
    expect(result.error).toMatchObject({ code: 'provider_error', ...error });
  });
});

describe('an answer of success', () => {
  test('that is JSON by another name is a success, and the log knows the message', async () => {
    twilio.answerWith(answeredWith(201, JSON.stringify({ sid: MESSAGE_SID, status: 'queued' }), 'text/plain'));
    const result = await sendThroughConnector(organization.scope(), id, { to: '+491701234567', body: 'Hi' }, 'agent');
    expect(result).toMatchObject({ ok: true, status: 201 });
    const [logged] = (await listSends(organization.scope(), { id, limit: 1 })).items;
    expect(logged).toMatchObject({ ok: true, provider_id: MESSAGE_SID });
  });

  test('that is no message says that the message may have been sent', async () => {
    const { error } = await failureOf(answeredWith(200, page('Welcome'), HTML));
    expect(error).toEqual({
      code: 'invalid_response',
      message: expect.stringMatching(/whether the message was sent\.$/),
    });
  });
});

describe('a check of the credentials', () => {
  const check = async (answer: Answer, connector = id) => {
    twilio.answerWith(answer);
    return (await checkCredentials(organization.scope(), connector)).error;
  };

  test.each<[string, Answer, RegExp]>([
    ['503 with a page', answeredWith(503, page('Service Unavailable'), HTML), /unavailable.*status\.twilio\.com/],
    ['401 with a page', answeredWith(401, page('Unauthorized'), HTML), /account SID and the auth token/],
    ['200 with a page', answeredWith(200, page('Welcome'), HTML), /not with an account.*TWILIO_BASE_URL/],
    ['200 with something else', answeredWith(200, '{"a":1}', JSON_TYPE), /not with an account/],
    ['an account that was closed', accountOf({ status: 'closed' }), /is closed and can’t send messages/],
  ])('tells %s in true words', async (_, answer, words) => {
    const error = await check(answer);
    expect(error).toEqual({ message: expect.stringMatching(words) });
    expect(error?.message).not.toMatch(MISLEADING);
  });

  test('keeps the words and the code of a refusal in XML', async () => {
    const error = await check(answeredWith(401, restException({ Code: 20003, Message: 'Authenticate' }), XML));
    expect(error).toMatchObject({
      message: 'Authenticate',
      provider_code: 20003,
      explanation: 'Twilio rejected these credentials.',
    });
  });

  test.each<[string, Answer, Record<string, unknown>]>([
    ['its code', refusedWith(20003, 'Authenticate'), { message: 'Authenticate', provider_code: 20003 }],
    ['no words', answeredWith(401, ''), { message: 'Twilio answered 401.' }],
  ])(
    'with an API key, refused with %s, does not call a key wrong that may not see the account',
    async (_, answer, error) => {
      expect(await check(answer, withKey)).toEqual({
        ...error,
        explanation: expect.stringMatching(/may not read the account/),
        next_step: expect.stringMatching(/send a test message/),
      });
    },
  );
});
