import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { TWILIO } from '#testing/twilio-double.ts';
import { type MockedApi, startMockedApi, twilioOpenApiDir } from '#testing/twilio-openapi.ts';
import { checkCredentials } from '../check-credentials.ts';
import { sendThroughConnector } from '../send-through-connector.ts';

const dir = twilioOpenApiDir();

describe.skipIf(dir === undefined)(
  `Twilio’s published API${dir === undefined ? ' (skipped: TWILIO_OPENAPI_DIR names no folder with it)' : ''}`,
  () => {
    let api: MockedApi;
    let platform: OpenPlatform;
    let organization: TestOrganization;
    beforeAll(async () => {
      api = await startMockedApi(join(dir ?? '', 'twilio_api_v2010.json'));
      platform = await createTestPlatform({ TWILIO_BASE_URL: api.url });
      organization = await createTestOrganization(platform);
    }, 90_000);
    afterAll(async () => {
      await api?.[Symbol.asyncDispose]();
      await platform?.close();
    });

    test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
      ['free text', { body: 'Your report is ready.' }, {}],
      ['a template', { content_sid: TWILIO.content_sid, content_variables: { 1: 'Ada' } }, {}],
      [
        'a messaging service',
        { body: 'Hello' },
        { from: undefined, messaging_service_sid: TWILIO.messaging_service_sid },
      ],
      ['a status callback', { body: 'Hello' }, { status_callback: 'https://example.com/status' }],
    ])('takes our request with %s, and we read its answer', async (_, input, config) => {
      const id = await organization.twilioConnectorId(config);
      const to = '+491701234567';
      expect(await sendThroughConnector(organization.scope(), id, { to, ...input }, 'agent')).toMatchObject({
        ok: true,
        status: 201,
        body: { sid: expect.stringMatching(/^(SM|MM)[0-9a-fA-F]{32}$/), status: 'queued', price: null },
      });
    });

    test('takes our look at the account, and we read what it says', async () => {
      const id = await organization.twilioConnectorId();
      expect(await checkCredentials(organization.scope(), id)).toMatchObject({
        ok: true,
        found: [{ label: 'Account' }, { label: 'SID' }, { label: 'Type' }, { label: 'Status', value: 'active' }],
      });
    });
  },
);
