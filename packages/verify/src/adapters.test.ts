import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { APIGatewayProxyHandlerV2 } from 'aws-lambda';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { execute } from 'lambda-local';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as awsLambda from './aws-lambda.ts';
import * as expressAdapter from './express.ts';
import * as fastifyAdapter from './fastify.ts';
import * as honoAdapter from './hono.ts';
import type { ReceiveOptions } from './receive-webhooks.ts';
import { deliver, EVENT, SECRET, signedRequest } from './testing/signed-request.ts';

type Started = { url: string; stop: () => unknown };

/** Each starts the real framework with one route for webhooks and one that reads JSON. */
const frameworks: Record<string, (options: ReceiveOptions) => Promise<Started>> = {
  async Express(options) {
    const app = express();
    app.post('/hooks', expressAdapter.receiveWebhooks(options));
    app.use(express.json());
    app.post('/json', (request, response) => void response.json(request.body));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
  },
  async 'Express behind express.raw()'(options) {
    const app = express();
    app.post('/hooks', express.raw({ type: '*/*' }), expressAdapter.receiveWebhooks(options));
    app.use(express.json());
    app.post('/json', (request, response) => void response.json(request.body));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
  },
  async Fastify(options) {
    const app = fastify();
    app.register(fastifyAdapter.receiveWebhooks({ path: '/hooks', ...options }));
    app.post('/json', async ({ body }) => body);
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), stop: () => app.close() };
  },
  async Hono(options) {
    const app = new Hono();
    app.post('/hooks', honoAdapter.receiveWebhooks(options));
    app.post('/json', async (context) => context.json(await context.req.json()));
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    if (!server.listening) await once(server, 'listening');
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
  },
};

describe.each(Object.entries(frameworks))('%s', (_, start) => {
  async function started(options: Partial<ReceiveOptions> = {}) {
    const received: unknown[] = [];
    const { url, stop } = await start({ secrets: SECRET, onEvent: (event) => received.push(event), ...options });
    onTestFinished(async () => void (await stop()));
    return { url, received };
  }

  test('takes a signed event and answers 204', async () => {
    const { url, received } = await started();
    expect((await deliver(`${url}/hooks`)).status).toBe(204);
    expect(received).toEqual([EVENT]);
  });

  test('refuses a changed body with 401 and a request without signatures with 400, and passes neither on', async () => {
    const refusals: string[] = [];
    const { url, received } = await started({ onRefusal: ({ code }) => refusals.push(code) });
    const changed = await deliver(`${url}/hooks`, { body: signedRequest().body.replace('1204', '1205') });
    expect([changed.status, (await changed.json()).code]).toEqual([401, 'wrong_signature']);
    const unsigned = await deliver(`${url}/hooks`, { headers: { 'Content-Type': 'application/json' } });
    expect([unsigned.status, (await unsigned.json()).code]).toEqual([400, 'missing_header']);
    expect(received).toEqual([]);
    expect(refusals).toEqual(['wrong_signature', 'missing_header']);
  });

  test('answers 500 if the event could not be handled, so that it is sent again', async () => {
    const errors: unknown[] = [];
    const failure = new Error('the database is away');
    const { url } = await started({
      onEvent: () => Promise.reject(failure),
      onError: (error) => errors.push(error),
    });
    const answer = await deliver(`${url}/hooks`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('database');
    expect(errors).toEqual([failure]);
  });

  test('leaves the JSON of other routes as it was', async () => {
    const { url } = await started();
    const answer = await deliver(`${url}/json`);
    expect(await answer.json()).toEqual(EVENT);
  });
});

test('Express: a body that was parsed before is answered with 500, and onError is told what to change', async () => {
  const errors: unknown[] = [];
  const app = express();
  app.use(express.json());
  const options = { secrets: SECRET, onEvent: () => {}, onError: (error: unknown) => errors.push(error) };
  app.post('/hooks', expressAdapter.receiveWebhooks(options));
  const server = app.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  expect((await deliver(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`)).status).toBe(500);
  expect(String(errors[0])).toContain('A parsed body cannot be verified');
});

describe('AWS Lambda', () => {
  const received: unknown[] = [];
  const handler: APIGatewayProxyHandlerV2 = awsLambda.receiveWebhooks({
    secrets: SECRET,
    onEvent: (event) => received.push(event),
  });
  const invoke = (event: object) => execute({ event, lambdaFunc: { handler }, verboseLevel: 0, timeoutMs: 5_000 });

  test.each([
    ['as text', false],
    ['in base64', true],
  ])('takes a signed event whose body came %s and answers 204', async (_, isBase64Encoded) => {
    received.length = 0;
    const { body, headers } = signedRequest();
    const given = isBase64Encoded ? Buffer.from(body).toString('base64') : body;
    expect(await invoke({ version: '2.0', body: given, isBase64Encoded, headers })).toEqual({
      statusCode: 204,
      body: '',
    });
    expect(received).toEqual([EVENT]);
  });

  test('refuses a changed body with 401, and passes nothing on', async () => {
    received.length = 0;
    const { body, headers } = signedRequest();
    expect(await invoke({ version: '2.0', body: `${body} `, headers })).toMatchObject({ statusCode: 401 });
    expect(await invoke({ version: '2.0', headers: null, body: null })).toMatchObject({ statusCode: 400 });
    expect(received).toEqual([]);
  });
});
