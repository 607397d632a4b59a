import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { signatureHeaders, signingKey, verifyBodySignature, verifyStandardSignature } from './signature.ts';

const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString('base64')}`;
const secrets = fc.oneof(
  fc.uint8Array({ minLength: 24, maxLength: 64 }).map(secretOf),
  fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.startsWith('whsec_')),
);
const now = Math.floor(Date.now() / 1000);

test('the standard signature is one that the standardwebhooks package verifies', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.json(), fc.uuid(), (key, body, id) => {
      const headers = signatureHeaders([signingKey(secretOf(key))], { id, timestamp: now, body });
      expect(new Webhook(secretOf(key)).verify(body, headers)).toEqual(JSON.parse(body));
    }),
  );
});

test('a receiver with the old secret and one with the new both verify during a rotation', () => {
  fc.assert(
    fc.property(secrets, secrets, fc.string({ unit: 'binary' }), (newest, old, body) => {
      const message = { id: 'event', timestamp: now, body };
      const headers = signatureHeaders([newest, old].map(signingKey), message);
      for (const secret of [newest, old]) {
        expect(verifyBodySignature(secret, headers['X-Honeyframe-Signature'] ?? '', body)).toBe(true);
        expect(verifyStandardSignature(secret, headers['webhook-signature'] ?? '', message, now)).toBe(true);
      }
      expect(headers['X-Honeyframe-Signature']).toMatch(/^[0-9a-f]{64},[0-9a-f]{64}$/);
    }),
  );
});

test('another body, another secret, another id or another time verifies nothing', () => {
  const message = { id: 'event', timestamp: now, body: '{"a":1}' };
  const headers = signatureHeaders([signingKey('secret')], message);
  const [own, standard] = [headers['X-Honeyframe-Signature'] ?? '', headers['webhook-signature'] ?? ''];
  expect(verifyBodySignature('secret', own, '{"a":2}')).toBe(false);
  expect(verifyBodySignature('other', own, message.body)).toBe(false);
  expect(verifyBodySignature('secret', '', message.body)).toBe(false);
  expect(verifyStandardSignature('other', standard, message, now)).toBe(false);
  expect(verifyStandardSignature('secret', standard, { ...message, id: 'other' }, now)).toBe(false);
  expect(verifyStandardSignature('secret', standard, { ...message, timestamp: now + 1 }, now)).toBe(false);
  expect(verifyStandardSignature('secret', standard, message, now + 301)).toBe(false);
  expect(verifyStandardSignature('secret', standard, message, Number.NaN)).toBe(false);
  expect(verifyStandardSignature('secret', standard, message, now + 300)).toBe(true);
});

test('our own signature is the hex HMAC-SHA256 of the raw body', () => {
  const { 'X-Honeyframe-Signature': signature } = signatureHeaders([signingKey('key')], {
    id: 'x',
    timestamp: 0,
    body: 'The quick brown fox jumps over the lazy dog',
  });
  expect(signature).toBe('f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8');
});
