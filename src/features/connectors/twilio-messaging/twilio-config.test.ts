import { describe, expect, test } from 'vitest';
import { TWILIO } from '#testing/twilio-double.ts';
import { createConnectorInput } from '../schema.ts';

const { account_sid, auth_token, api_key_sid, api_key_secret, from, messaging_service_sid } = TWILIO;

const parse = (config: Record<string, unknown>) =>
  createConnectorInput.safeParse({ name: 'WhatsApp', type: 'twilio_messaging', config });

describe('a Twilio connector is made of', () => {
  test.each<[string, Record<string, unknown>]>([
    ['an auth token and a sender', { account_sid, auth_token, from }],
    ['an auth token and a messaging service', { account_sid, auth_token, messaging_service_sid }],
    ['an API key and a sender', { account_sid, api_key_sid, api_key_secret, from }],
    [
      'both credentials: the key sends, the token verifies',
      { account_sid, auth_token, api_key_sid, api_key_secret, from },
    ],
    ['a status callback of one’s own', { account_sid, auth_token, from, status_callback: 'https://example.com/s' }],
  ])('%s', (_, config) => {
    expect(parse(config).error).toBeUndefined();
  });

  test('a sender as people write it, kept as E.164', () => {
    expect(parse({ account_sid, auth_token, from: 'whatsapp:+1 415-523-8886' }).data?.config).toMatchObject({ from });
  });
});

describe('a Twilio connector is refused', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['without credentials', { account_sid, from }, 'config.auth_token'],
    ['with half an API key', { account_sid, api_key_sid, from }, 'config.api_key_secret'],
    ['with the other half', { account_sid, api_key_secret, from }, 'config.api_key_sid'],
    ['without a sender', { account_sid, auth_token }, 'config.from'],
    ['with two senders', { account_sid, auth_token, from, messaging_service_sid }, 'config.messaging_service_sid'],
    ['with a sender that is no number', { account_sid, auth_token, from: 'Acme' }, 'config.from'],
    ['with a key SID as account SID', { account_sid: api_key_sid, auth_token, from }, 'config.account_sid'],
    ['with a token of two lines', { account_sid, auth_token: 'the-auth\ntoken', from }, 'config.auth_token'],
    [
      'with a callback that is no address',
      { account_sid, auth_token, from, status_callback: 'x' },
      'config.status_callback',
    ],
    ['with an unknown field', { account_sid, auth_token, from, colour: 'red' }, 'config'],
  ])('%s: the field is named', (_, config, field) => {
    expect(parse(config).error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
});
