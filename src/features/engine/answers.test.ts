import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { getDelivery } from '#features/deliveries/get-delivery.ts';
import { sendTest } from '#features/deliveries/send-test.ts';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import type { Answer } from '#testing/receivers.ts';
import { publishRow, subscribe } from '#testing/test-webhooks.ts';

const engine = engineUnderTest();
const SECRET = 'top-secret-header-42';

/** What the log says of an attempt that is answered like this: what the worker recorded, and of a test send the same. */
async function logged(answer: Answer) {
  const receiver = await engine.receive(answer);
  const webhook = await subscribe(engine.organization, receiver.url, { headers: { 'X-Key': SECRET } });
  await publishRow(engine.organization, 1);
  engine.run();
  await engine.ended(webhook.id);
  const scope = engine.organization.scope();
  const { rows } = await engine.platform.pool.query<{ id: string }>('select id from delivery where webhook_id = $1', [
    webhook.id,
  ]);
  const { attempts } = await getDelivery(scope, rows[0]?.id ?? '');
  const tested = await sendTest(scope, { id: webhook.id });
  expect({ ...tested.response, headers: [] }).toEqual({ ...attempts[0]?.response, headers: [] });
  return attempts[0];
}

const answer =
  (type: string, body: Buffer, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': type, ...headers }).end(body);

describe('the log of an attempt', () => {
  test('has text by the charset of the answer', async () => {
    const attempt = await logged(answer('text/plain; charset=iso-8859-1', Buffer.from('Grüße', 'latin1')));
    expect(attempt?.response).toMatchObject({ body: 'Grüße', encoding: 'text', size_bytes: 5, truncated: false });
  });

  test('has base64 and the size of what is not text, also of what was compressed', async () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]);
    const attempt = await logged(answer('image/png', gzipSync(png), { 'content-encoding': 'gzip' }));
    expect(attempt?.response).toMatchObject({
      body: png.toString('base64'),
      encoding: 'base64',
      size_bytes: 8,
      truncated: false,
    });
    expect(attempt).toMatchObject({ outcome: 'delivered', error: null });
  });

  test('has the first 64 KiB of it', async () => {
    const attempt = await logged(answer('application/octet-stream', Buffer.alloc(100_000, 0xff)));
    expect(attempt?.response).toMatchObject({ encoding: 'base64', size_bytes: 100_000, truncated: true });
    expect(Buffer.from(attempt?.response?.body ?? '', 'base64')).toHaveLength(65_536);
  });

  test.each<[string, string, Buffer]>([
    ['UTF-16', 'text/plain; charset=utf-16le', Buffer.from(`your key is ${SECRET}`, 'utf16le')],
    ['bytes that are not text', 'image/png', Buffer.from(`\0your key is ${SECRET}`, 'utf16le')],
    ['base64', 'text/plain', Buffer.from(Buffer.from(`your key is ${SECRET}`).toString('base64'))],
  ])('has no header of the webhook that the answer quotes in %s', async (_, type, body) => {
    const attempt = await logged(answer(type, body));
    const stored = attempt?.response?.body ?? '';
    for (const shown of [stored, Buffer.from(stored, 'base64').toString('latin1').replaceAll('\0', '')])
      expect(shown).not.toContain('secret-header');
  });

  test('has no body and the size 0 of an empty answer', async () => {
    const attempt = await logged(answer('image/png', Buffer.alloc(0)));
    expect(attempt?.response).toMatchObject({ body: null, encoding: 'text', size_bytes: 0, truncated: false });
  });
});
