import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMaskIn, MASK, maskSecret } from './mask.ts';

describe('a masked secret', () => {
  test.each([
    ['https://n8n.example.com/webhook/abc123', `https://n8n.example.com/${MASK}`],
    ['https://n8n.example.com:8443/webhook?token=abc', `https://n8n.example.com:8443/${MASK}`],
    ['https://user:word@n8n.example.com/', `https://n8n.example.com/${MASK}`],
    ['a1b2c3d4e5f6', MASK],
    ['mailto:somebody', MASK],
    ['', MASK],
  ])('of %s is %s', (secret, mask) => {
    expect(maskSecret(secret)).toBe(mask);
  });

  test('of a URL shows scheme and host, and nothing of the rest', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const { protocol, host } = new URL(url);
        expect(maskSecret(url)).toBe(`${protocol}//${host}/${MASK}`);
      }),
    );
  });
});

describe('a text with secrets', () => {
  const maskIn = (text: string, secrets: readonly string[]) => createMaskIn(secrets)(text);

  test('loses every occurrence, and keeps the rest', () => {
    expect(maskIn('POST abc123 twice: abc123.', ['abc123'])).toBe(`POST ${MASK} twice: ${MASK}.`);
    expect(maskIn('nothing here', ['abc123', ''])).toBe('nothing here');
  });

  test('shows no secret through another that begins like it', () => {
    expect(maskIn('key-1234-5678', ['key-1234', 'key-1234-5678'])).toBe(MASK);
  });

  test('takes a secret as it is, not as a pattern', () => {
    expect(maskIn('a.c abc', ['a.c'])).toBe(`${MASK} abc`);
    expect(maskIn('cost: $& $1', ['$&'])).toBe(`cost: ${MASK} $1`);
  });

  test('holds none of them afterwards', () => {
    const secret = fc.stringMatching(/^[\w$/.?=&-]{6,40}$/);
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.array(fc.string()), (secrets, words) => {
        const text = [...words, ...secrets, ...secrets.map((one) => `<${one}>`)].join(' ');
        const masked = maskIn(text, secrets);
        for (const one of secrets) expect(masked).not.toContain(one);
      }),
    );
  });
});
