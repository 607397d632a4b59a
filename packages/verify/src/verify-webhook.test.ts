import { describe, expect, expectTypeOf, test } from 'vitest';
import { EVENT, OLD_SECRET, SECRET, signedRequest } from './testing/signed-request.ts';
import { type VerifyInput, verifyWebhook } from './verify-webhook.ts';

const NOW_SECONDS = 1_795_000_000;
const { body, headers } = signedRequest([SECRET], NOW_SECONDS);

const verify = (change: Partial<VerifyInput> = {}) =>
  verifyWebhook({ body, headers, secrets: SECRET, now: NOW_SECONDS * 1000, ...change });
const refusalOf = async (change: Partial<VerifyInput>) => {
  const verified = await verify(change);
  return verified.ok ? 'accepted' : verified.error.code;
};
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name.toLowerCase())));

test('a request that the console signed is its event', async () => {
  expect(await verify()).toEqual({ ok: true, event: EVENT });
});

test.each([
  ['text', body],
  ['bytes', new TextEncoder().encode(body)],
  ['a Buffer', Buffer.from(body)],
  ['an ArrayBuffer', new TextEncoder().encode(body).buffer],
  ['a view in the middle of other bytes', new TextEncoder().encode(`..${body}..`).subarray(2, -2)],
])('the body may be %s', async (_, given) => {
  expect(await refusalOf({ body: given })).toBe('accepted');
});

test('the headers may be of fetch or of Node, in any case', async () => {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
  for (const given of [new Headers(headers), lower, upper])
    expect(await refusalOf({ headers: given })).toBe('accepted');
});

describe('both signature schemes', () => {
  test('are verified where both are sent: a wrong one of either is refused', async () => {
    const wrong = signedRequest([OLD_SECRET], NOW_SECONDS).headers;
    for (const name of ['webhook-signature', 'X-Honeyframe-Signature']) {
      expect(await refusalOf({ headers: { ...headers, [name]: wrong[name] } }), name).toBe('wrong_signature');
    }
  });

  test('webhook-signature is enough alone', async () => {
    expect(await refusalOf({ headers: without('x-honeyframe-signature') })).toBe('accepted');
  });

  test('X-Honeyframe-Signature is enough alone only for who asks for it, since it has no time', async () => {
    const alone = without('webhook-signature', 'webhook-timestamp', 'webhook-id');
    expect(await refusalOf({ headers: alone })).toBe('missing_header');
    expect(await refusalOf({ headers: alone, requireTimestamp: false })).toBe('accepted');
    expect(await refusalOf({ headers: alone, requireTimestamp: false, body: `${body} ` })).toBe('wrong_signature');
  });
});

describe('several secrets', () => {
  test.each([
    ['the receiver knows both, the console signs with the old one', [SECRET, OLD_SECRET], [OLD_SECRET]],
    ['the receiver knows both, the console signs with the new one', [OLD_SECRET, SECRET], [SECRET]],
    ['the receiver knows the old one, the console signs with both', [OLD_SECRET], [SECRET, OLD_SECRET]],
    ['the receiver knows the new one, the console signs with both', [SECRET], [SECRET, OLD_SECRET]],
  ])('%s', async (_, secrets, signedWith) => {
    expect(await verify({ secrets, ...signedRequest(signedWith, NOW_SECONDS) })).toMatchObject({ ok: true });
  });

  test('and another secret than these is refused', async () => {
    expect(await refusalOf({ secrets: [OLD_SECRET, 'another'] })).toBe('wrong_signature');
  });

  test.each([
    ['without padding', SECRET.replace(/=+$/, '')],
    ['in base64url', `whsec_${Buffer.alloc(33, 0xff).toString('base64url')}`],
    ['that is not base64', 'whsec_not base64 at all!'],
    ['with one character too many', 'whsec_AAAAA'],
    ['in plain text', 'Geheimnis – 🐝'],
  ])('a secret %s gives the signatures that the console makes', async (_, secret) => {
    expect(await verify({ secrets: secret, ...signedRequest([secret], NOW_SECONDS) })).toMatchObject({ ok: true });
  });
});

describe('a request is refused', () => {
  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s: missing_header', async (name) => {
    expect(await refusalOf({ headers: without(name) })).toBe('missing_header');
  });

  test('without any of them: missing_header', async () => {
    expect(await refusalOf({ headers: {} })).toBe('missing_header');
  });

  test('if one byte of the body was changed: wrong_signature', async () => {
    expect(await refusalOf({ body: body.replace('1204', '1205') })).toBe('wrong_signature');
    expect(await refusalOf({ body: JSON.stringify(JSON.parse(body), null, 1) })).toBe('wrong_signature');
  });

  test('if its id or its time was changed: wrong_signature', async () => {
    expect(await refusalOf({ headers: { ...headers, 'webhook-id': 'another' } })).toBe('wrong_signature');
    const later = { ...headers, 'webhook-timestamp': String(NOW_SECONDS + 1) };
    expect(await refusalOf({ headers: later })).toBe('wrong_signature');
  });

  test.each(['', 'v1,', 'v1', 'v2,AAAA', 'v1,AAAA v1,', ' '])(
    'if its signature is %j: wrong_signature',
    async (text) => {
      expect(await refusalOf({ headers: { ...headers, 'webhook-signature': text } })).toBe('wrong_signature');
    },
  );

  test('more than five minutes before or after now: too_old', async () => {
    for (const seconds of [-300, 300])
      expect(await refusalOf({ now: (NOW_SECONDS + seconds) * 1000 })).toBe('accepted');
    for (const seconds of [-301, 301]) expect(await refusalOf({ now: (NOW_SECONDS + seconds) * 1000 })).toBe('too_old');
  });

  test('outside the tolerance that was given: too_old', async () => {
    const now = (NOW_SECONDS + 11) * 1000;
    expect(await refusalOf({ now, toleranceSeconds: 11 })).toBe('accepted');
    expect(await refusalOf({ now, toleranceSeconds: 10 })).toBe('too_old');
  });

  test.each(['soon', '1e9', '', '-5', '1.5', '0x10'])('if its time is %j: malformed', async (text) => {
    expect(await refusalOf({ headers: { ...headers, 'webhook-timestamp': text } })).toBe('malformed');
  });

  test('if what was signed is no event: malformed', async () => {
    const { signatureHeaders, signingKey } = await import('../../../src/core/signing/signature.ts');
    for (const other of ['{', 'null', '[]', '{"id":"a"}', JSON.stringify({ ...EVENT, id: 'another' })]) {
      const message = { id: EVENT.id, timestamp: NOW_SECONDS, body: other };
      expect(await refusalOf({ body: other, headers: signatureHeaders([signingKey(SECRET)], message) }), other).toBe(
        'malformed',
      );
    }
  });

  test('and the refusal shows neither the secret nor a signature', async () => {
    const refused = JSON.stringify(await verify({ body: 'other' }));
    for (const text of [SECRET, headers['webhook-signature'], headers['X-Honeyframe-Signature']])
      expect(refused).not.toContain(text);
  });
});

test('options that could verify nothing throw instead of accepting', async () => {
  await expect(verify({ secrets: [] })).rejects.toThrow(TypeError);
  await expect(verify({ secrets: [''] })).rejects.toThrow(TypeError);
  await expect(verify({ secrets: undefined as never })).rejects.toThrow(TypeError);
  await expect(verify({ toleranceSeconds: Number.NaN })).rejects.toThrow(TypeError);
  await expect(verify({ body: JSON.parse(body) as never })).rejects.toThrow('read it before a JSON parser does');
});

test('the type of an event decides the shape of its data, with own types beside the built-in ones', async () => {
  const verified = await verifyWebhook<{ 'invoice.paid': { invoice_id: string } }>({ body, headers, secrets: SECRET });
  if (!verified.ok) return expect(verified.error.code).toBe('too_old');
  const { event } = verified;
  if (event.type === 'dataset.updated') expectTypeOf(event.data.rows).toEqualTypeOf<number | null | undefined>();
  if (event.type === 'invoice.paid') expectTypeOf(event.data).toEqualTypeOf<{ invoice_id: string }>();
});
