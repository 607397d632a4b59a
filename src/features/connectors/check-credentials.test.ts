import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { accountOf, refusedWith, TWILIO } from '#testing/twilio-double.ts';
import { checkCredentials } from './check-credentials.ts';
import { listSends } from './list-sends.ts';

let twilio: Receiver;
let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  twilio = await startReceiver();
  platform = await createTestPlatform({ TWILIO_BASE_URL: twilio.url });
  organization = await createTestOrganization(platform);
});
afterAll(async () => {
  await twilio.close();
  await platform.close();
});

const check = async () => checkCredentials(organization.scope(), await organization.twilioConnectorId());

test('a check fetches the account, says what it found, and sends no message', async () => {
  twilio.answerWith(accountOf({ type: 'Trial' }));
  const id = await organization.twilioConnectorId();
  const found = await checkCredentials(organization.scope(), id);
  expect(twilio.requests.at(-1)).toMatchObject({
    method: 'GET',
    path: `/2010-04-01/Accounts/${TWILIO.account_sid}.json`,
  });
  expect(found).toEqual({
    ok: true,
    found: [
      { label: 'Account', value: 'Acme Analytics' },
      { label: 'SID', value: TWILIO.account_sid },
      { label: 'Type', value: 'Trial: can send only to verified numbers' },
      { label: 'Status', value: 'active' },
    ],
    error: null,
    unknown_statuses: 0,
  });
  expect((await listSends(organization.scope(), { id, limit: 1 })).items).toEqual([]);
});

test('a check with wrong credentials says what is wrong and what to do', async () => {
  twilio.answerWith(refusedWith(20003, 'Authenticate'));
  expect(await check()).toEqual({
    ok: false,
    found: [],
    error: {
      message: 'Authenticate',
      provider_code: 20003,
      explanation: 'Twilio rejected these credentials.',
      next_step: expect.stringContaining('auth token'),
    },
    unknown_statuses: 0,
  });
});

test('a check of a suspended account says so', async () => {
  twilio.answerWith(accountOf({ status: 'suspended' }));
  expect(await check()).toMatchObject({ ok: false, error: { message: expect.stringContaining('is suspended') } });
});

test('a check repeats no credential that the answer quotes', async () => {
  twilio.answerWith((response, { headers }) =>
    refusedWith(20003, `${TWILIO.auth_token} ${headers.authorization}`)(response, {
      method: '',
      path: '',
      headers,
      body: '',
      servername: null,
    }),
  );
  const seen = JSON.stringify(await check());
  expect(seen).not.toContain(TWILIO.auth_token);
  expect(seen).not.toContain(Buffer.from(`:${TWILIO.auth_token}`).toString('base64').slice(8));
});

test('a type without an account says that a test tries it', async () => {
  const id = await organization.connectorId();
  await expect(checkCredentials(organization.scope(), id)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('Send a test instead'),
  });
});
