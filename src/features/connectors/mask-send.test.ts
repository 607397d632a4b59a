import { describe, expect, test } from 'vitest';
import { MASK } from '#core/text/mask.ts';
import { maskerOf } from './mask-send.ts';

const url = 'https://n8n.example.com/webhook/team/abc123';

describe('what a receiver quotes of a webhook URL is masked', () => {
  test.each([
    ['the whole', url, `No workflow at ${url}.`, `No workflow at https://n8n.example.com/${MASK}.`],
    ['its path', url, 'Cannot POST /webhook/team/abc123', `Cannot POST ${MASK}`],
    [
      'the end of its path, as n8n does',
      url,
      '"POST team/abc123" is not registered',
      `"POST ${MASK}" is not registered`,
    ],
    ['its last part', url, 'abc123: gone', `${MASK}: gone`],
    ['its query', 'https://make.example.com/hook?token=s3cret-token', 'GET /hook?token=s3cret-token', `GET ${MASK}`],
    [
      'a value of its query',
      'https://make.example.com/hook?token=s3cret-token',
      'token "s3cret-token"',
      `token "${MASK}"`,
    ],
    ['a path that was decoded', 'https://n8n.example.com/a%20b/c%20d7xyz', 'No /a b/c d7xyz', `No ${MASK}`],
    ['a path that was encoded', 'https://n8n.example.com/caf\u00e9/12345678', 'No /caf%C3%A9/12345678', `No ${MASK}`],
    ['a path with a slash at its end', 'https://hooks.example.com/catch/12345/abcde7/', 'catch/12345/abcde7', MASK],
  ])('%s', (_, secret, text, masked) => {
    expect(maskerOf([secret])(text)).toBe(masked);
  });
});

describe('what is no secret stays', () => {
  test('a word, though the path ends with it', () => {
    const mask = maskerOf(['https://n8n.example.com/hooks/webhook']);
    expect(mask('webhook received')).toBe('webhook received');
    expect(mask('POST /hooks/webhook')).toBe(`POST ${MASK}`);
  });

  test('a text that is too short to be told from others', () => {
    expect(maskerOf(['https://n8n.example.com/a1'])('POST /a1 took 1 ms')).toBe('POST /a1 took 1 ms');
  });

  test('whatever is no text', () => {
    const value = { status: 200, ok: true, body: null, list: [1, 1.5], duration_ms: 123456 };
    expect(maskerOf(['https://n8n.example.com/webhook/123456'])(value)).toEqual(value);
  });
});

test('a JSON value is masked in its texts and its names, however deep', () => {
  const value = { 'POST abc123': [{ hint: { url } }, 'abc123'], count: 1 };
  expect(maskerOf([url])(value)).toEqual({
    [`POST ${MASK}`]: [{ hint: { url: `https://n8n.example.com/${MASK}` } }, MASK],
    count: 1,
  });
});

test('a secret that is no URL is masked as it is', () => {
  expect(maskerOf(['auth-token-1'])('Basic auth-token-1')).toBe(`Basic ${MASK}`);
});
