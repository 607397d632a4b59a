import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { MASK } from '#core/text/mask.ts';
import { classifyHttpResponse } from './classify-http-response.ts';
import { type ConnectorType, defineConnectorType, field, fieldsOf, secretFieldsOf } from './connector-type.ts';
import { connectorTypes } from './registry.ts';
import { maskConfig, mergeConfig, parseConfig, secretTexts, splitConfig } from './secret-config.ts';

/** A type with more kinds of fields than any of ours has yet. */
const messaging = defineConnectorType({
  type: 'messaging',
  name: 'Messaging',
  description: 'Sends messages.',
  config: z.strictObject({
    account: field(z.string().min(1), { label: 'Account', help: 'Its id.', kind: 'text' }),
    token: field(z.string().min(8), { label: 'Token', help: 'Its token.', kind: 'text', secret: true }),
    callback: field(z.url().optional(), { label: 'Callback', help: 'Where to.', kind: 'url', secret: true }),
    region: field(z.string().optional(), { label: 'Region', help: 'Where.', kind: 'text', placeholder: 'ie1' }),
    retries: field(z.int().default(3), { label: 'Retries', help: 'How many.', kind: 'text' }),
  }),
  action: {
    name: 'send',
    tool: 'send',
    description: 'Sends.',
    input: z.strictObject({ body: field(z.string(), { label: 'Body', help: 'What.', kind: 'multiline' }) }),
  },
  destination: ({ callback }) => callback ?? null,
  buildRequest: ({ token }, { body }) => ({ method: 'POST', url: 'https://example.com', headers: { token }, body }),
  classifyResponse: (response) => classifyHttpResponse(response, 'example.com'),
});
const type = messaging as unknown as ConnectorType;

const stored = {
  account: 'AC1',
  token: 'token-1234',
  callback: 'https://example.com/back/1',
  region: 'ie1',
  retries: 3,
};

describe('a config', () => {
  test('is divided into what lies open and what is sealed, and nothing is in both', () => {
    expect(splitConfig(type, stored)).toEqual({
      open: { account: 'AC1', region: 'ie1', retries: 3 },
      secret: { token: 'token-1234', callback: 'https://example.com/back/1' },
    });
    expect(secretTexts(type, stored)).toEqual(['token-1234', 'https://example.com/back/1']);
  });

  test('leaves the process with its secrets masked', () => {
    expect(maskConfig(type, stored)).toEqual({ ...stored, token: MASK, callback: `https://example.com/${MASK}` });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['keeps what is left out', {}, stored],
    ['keeps secrets that come back masked', maskConfig(type, stored), stored],
    ['changes what is given', { token: 'token-5678', retries: 5 }, { ...stored, token: 'token-5678', retries: 5 }],
    [
      'takes a field away for null, a secret too',
      { region: null, callback: null },
      { account: 'AC1', token: 'token-1234', retries: 3 },
    ],
    ['takes the default for null', { retries: null }, stored],
  ])('that is changed %s', (_, change, expected) => {
    expect(mergeConfig(type, stored, change)).toEqual({ config: expected, dropped: [] });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['takes away what is needed', { account: null }, 'account'],
    ['takes away a secret that is needed', { token: null }, 'token'],
    ['edits a mask', { callback: `https://example.com/${MASK}/2` }, 'callback'],
    ['gives one field’s mask to another', { token: `https://example.com/${MASK}` }, 'token'],
    ['gives a mask to a field that is no secret', { region: MASK }, 'region'],
    ['names an unknown field', { colour: 'red' }, 'colour'],
    ['takes away an unknown field', { colour: null }, 'colour'],
    ['takes away what every object has', { constructor: null }, 'constructor'],
  ])('is not changed by what %s', (_, change, name) => {
    expect(() => mergeConfig(type, stored, change)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: ['config', name] })] }),
    );
  });

  const optional: ConnectorType = {
    ...type,
    config: messaging.config.extend({
      token: field(z.string().min(8).optional(), { label: 'Token', help: 'Its token.', kind: 'text', secret: true }),
    }),
  };
  const elsewhere = 'https://other.example/back/1';

  test('that leads to another host drops the secrets that are not given again, and names them', () => {
    for (const change of [{ callback: elsewhere }, { callback: elsewhere, token: MASK }])
      expect(mergeConfig(optional, stored, change)).toEqual({
        config: { account: 'AC1', region: 'ie1', retries: 3, callback: elsewhere },
        dropped: ['token'],
      });
    expect(mergeConfig(optional, stored, { callback: elsewhere, token: 'token-5678' })).toMatchObject({
      config: { callback: elsewhere, token: 'token-5678' },
      dropped: [],
    });
    expect(mergeConfig(optional, stored, { callback: 'https://example.com/back/2' })).toMatchObject({
      config: { token: 'token-1234' },
      dropped: [],
    });
  });

  test('that leads to another host in two steps drops them too', () => {
    const { config } = mergeConfig(optional, stored, { callback: null });
    expect(config).toMatchObject({ token: 'token-1234' });
    expect(mergeConfig(optional, config, { callback: elsewhere }).config).not.toHaveProperty('token');
  });

  test('that leads to another host is refused without a secret that is needed there', () => {
    expect(() => mergeConfig(type, stored, { callback: elsewhere })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: ['config', 'token'] })] }),
    );
  });

  test('may have a rule over several fields, also over those that stay', () => {
    const ruled: ConnectorType = {
      ...type,
      config: messaging.config.refine(({ region, callback }) => (region === undefined) !== (callback === undefined), {
        path: ['region'],
        message: 'Give either a region or a callback.',
      }),
    };
    const { callback: _, ...one } = stored;
    expect(secretFieldsOf(ruled.config)).toEqual(['token', 'callback']);
    expect(parseConfig(ruled, one)).toEqual(one);
    const { config } = mergeConfig(ruled, one, { region: null, callback: stored.callback, token: 'token-5678' });
    expect(config).not.toHaveProperty('region');
    expect(() => mergeConfig(ruled, one, { callback: stored.callback, token: 'token-5678' })).toThrow(
      expect.objectContaining({
        issues: [{ path: ['config', 'region'], message: 'Give either a region or a callback.' }],
      }),
    );
  });

  test('gets its defaults when it is made', () => {
    expect(parseConfig(type, { account: 'AC1', token: 'token-1234' })).toEqual({
      account: 'AC1',
      token: 'token-1234',
      retries: 3,
    });
  });
});

describe('the fields of a form', () => {
  test('come from the schema: order, words, whether they are needed and whether they are secret', () => {
    expect(fieldsOf(messaging.config)).toMatchObject([
      { name: 'account', label: 'Account', kind: 'text', required: true, secret: false },
      { name: 'token', required: true, secret: true },
      { name: 'callback', kind: 'url', required: false, secret: true },
      { name: 'region', placeholder: 'ie1', required: false, secret: false },
      { name: 'retries', required: false },
    ]);
    expect(secretFieldsOf(messaging.config)).toEqual(['token', 'callback']);
  });

  test('are all declared, for every type that is registered', () => {
    for (const { config, action } of connectorTypes) {
      expect(fieldsOf(config).length).toBeGreaterThan(0);
      expect(fieldsOf(action.input).length).toBeGreaterThan(0);
    }
    expect(() => fieldsOf(z.object({ bare: z.string() }))).toThrow('The field bare is not declared with field().');
  });

  test('belong to types with names and tools of their own', () => {
    expect(new Set(connectorTypes.map(({ type }) => type)).size).toBe(connectorTypes.length);
    expect(new Set(connectorTypes.map(({ action }) => action.tool)).size).toBe(connectorTypes.length);
  });
});

describe('the body of an answer', () => {
  const bodyOf = (body: string | Buffer, contentType = 'application/json') =>
    classifyHttpResponse(
      {
        ok: true,
        status: 200,
        headers: [['content-type', contentType]],
        body: Buffer.from(body),
        duration_ms: 1,
        timings: { dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null },
        remote_address: '',
      },
      'example.com',
    ).body;

  test.each<[string, string, unknown]>([
    ['application/json', '{"a":[1]}', { a: [1] }],
    ['application/json; charset=utf-8', '"text"', 'text'],
    ['Application/JSON', 'null', null],
    ['application/vnd.api+json', '[]', []],
    ['application/jsonp', '{"a":1}', '{"a":1}'],
    ['text/json-ish', '{"a":1}', '{"a":1}'],
    ['text/html', '<p>', '<p>'],
    ['application/json', '\ufeff{"a":1}', { a: 1 }],
    ['application/json', '{a:1}', '{a:1}'],
  ])('of %s %j is %j', (contentType, body, expected) => {
    expect(bodyOf(body, contentType)).toEqual(expected);
  });

  test('that is nested too deep to be handed on is handed on as text', () => {
    const deep = `${'['.repeat(101)}${']'.repeat(101)}`;
    expect(bodyOf(deep)).toBe(deep);
    expect(bodyOf(deep.slice(1, -1))).toEqual(JSON.parse(deep.slice(1, -1)));
  });
});
