import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { binaryBody, KEPT_BODY_BYTES, keptBody } from '#core/delivery/kept-answer.ts';
import { answerText } from './answer-text.ts';
import { createMaskIn, maskInBytes, quotedForms } from './mask.ts';

const answer = (type: string | null, body: Buffer, isCut = false, encoding?: string) => ({
  headers: [
    ...(type === null ? [] : [['content-type', type] as const]),
    ...(encoding === undefined ? [] : [['content-encoding', encoding] as const]),
  ],
  body,
  isCut,
});
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const utf8 = (text: string) => Buffer.from(text);
const ofBytes = (...bytes: number[]) => Buffer.from(bytes);

describe('an answer is text by the charset that it declares', () => {
  test.each<[string | null, Buffer, string]>([
    ['text/plain; charset=iso-8859-1', latin1('Café'), 'Café'],
    ['text/plain; charset="ISO-8859-1"', latin1('Café'), 'Café'],
    ["text/plain;charset='latin1'; format=flowed", latin1('Café'), 'Café'],
    ['text/plain; charset=windows-1252', ofBytes(0x80), '€'],
    ['application/json;charset=latin1', latin1('{"a":"ü"}'), '{"a":"ü"}'],
    ['text/html; Charset=Shift_JIS', ofBytes(0x93, 0xfa, 0x96, 0x7b), '日本'],
    ['text/plain; charset=gb18030', ofBytes(0xc4, 0xe3), '你'],
    ['text/plain; charset=koi8-r', ofBytes(0xd4), 'т'],
    ['text/plain; charset=utf-16le', Buffer.from('Grüße', 'utf16le'), 'Grüße'],
    ['text/plain; charset=utf-16be', utf16be('Grüße'), 'Grüße'],
    ['text/plain', utf16be('\ufeffGrüße'), 'Grüße'],
    ['text/plain', Buffer.from('\ufeffGrüße', 'utf16le'), 'Grüße'],
    ['text/plain; charset=iso-8859-1', utf8('\ufeffGrüße'), 'Grüße'],
    ['application/json', utf8('\ufeff{"a":1}'), '{"a":1}'],
    ['text/plain', utf8('Grüße'), 'Grüße'],
    [null, utf8('ok'), 'ok'],
    ['application/octet-stream', utf8('ok\r\n'), 'ok\r\n'],
    ['nonsense', utf8('ok'), 'ok'],
    ['text/plain; charset=bogus', utf8('Grüße'), 'Grüße'],
    ['text/plain; charset=utf-32', utf8('Grüße'), 'Grüße'],
    ['text/plain; charset=utf-8', utf8('a\0b'), 'a\0b'],
    ['text/plain', utf8('\u001b[31mred'), '\u001b[31mred'],
    ['image/svg+xml', utf8('<svg/>'), '<svg/>'],
  ])('%s', (type, body, text) => {
    expect(answerText(answer(type, body))).toBe(text);
  });
});

describe('an answer that text could not show as it is, is not text', () => {
  test.each<[string, string | null, Buffer]>([
    ['an image', 'image/png', utf8('PNG')],
    ['a PDF', 'application/pdf', utf8('%PDF-1.4')],
    ['bytes that are not UTF-8', 'text/plain', latin1('Café')],
    ['bytes that are not of the charset', 'text/plain; charset=utf-8', latin1('Café')],
    ['an odd byte in UTF-16', 'text/plain; charset=utf-16le', ofBytes(0x41, 0x00, 0x42)],
    ['UTF-16 that nobody declares', 'text/plain', Buffer.from('hello', 'utf16le')],
    ['an unknown charset', 'text/plain; charset=bogus', latin1('Café')],
    ['a charset that is refused everywhere', 'text/plain; charset=iso-2022-kr', latin1('Café')],
    ['control bytes without a type', null, ofBytes(0x01, 0x02, 0x03)],
    ['zeros', 'application/octet-stream', Buffer.alloc(4)],
  ])('%s', (_, type, body) => {
    expect(answerText(answer(type, body))).toBeNull();
  });

  test('in an encoding that is not decoded', () => {
    const body = gzipSync('hello');
    expect(answerText(answer('text/plain; charset=latin1', body, false, 'compress'))).toBeNull();
    expect(answerText(answer('text/plain', utf8('hello'), false, 'gzip, identity'))).toBe('hello');
  });
});

test('a body that was cut within a character is text up to there, in UTF-8 and others', () => {
  expect(answerText(answer('text/plain', utf8('Grüße').subarray(0, 3), true))).toBe('Gr');
  expect(answerText(answer('text/plain', utf8('Grüße').subarray(0, 3), false))).toBeNull();
  expect(answerText(answer('text/plain; charset=utf-16le', ofBytes(0x41, 0x00, 0x42), true))).toBe('A');
});

describe('what is kept of an answer', () => {
  const masker = {
    text: (text: string) => createMaskIn(quotedForms(SECRET))(text),
    bytes: (bytes: Buffer) => maskInBytes(bytes, [SECRET]),
  };

  test('is its text, or base64 of its bytes with its size', () => {
    expect(keptBody(answer('text/plain; charset=latin1', latin1('Café')), masker)).toEqual({
      response_body: 'Café',
      response_encoding: null,
      response_bytes: 4,
      response_truncated: false,
    });
    expect(keptBody(answer('image/png', ofBytes(0x89, 0x50)), masker)).toEqual({
      response_body: 'iVA=',
      response_encoding: 'base64',
      response_bytes: 2,
      response_truncated: false,
    });
    expect(keptBody(answer('image/png', Buffer.alloc(0)), masker)).toMatchObject({
      response_body: null,
      response_encoding: null,
    });
  });

  test('is at most 64 KiB of either, and says that there was more', () => {
    const image = keptBody(answer('image/png', Buffer.alloc(100_000)), masker);
    expect(Buffer.from(image.response_body ?? '', 'base64')).toHaveLength(KEPT_BODY_BYTES);
    expect(image).toMatchObject({ response_bytes: 100_000, response_truncated: true });
    const text = keptBody(answer('text/plain; charset=utf-16le', Buffer.from('ü'.repeat(50_000), 'utf16le')), masker);
    expect(text).toMatchObject({
      response_body: 'ü'.repeat(32_768),
      response_encoding: null,
      response_truncated: true,
    });
    const whole = keptBody(answer('text/plain; charset=utf-16le', Buffer.from('x'.repeat(50_000), 'utf16le')), masker);
    expect(whole).toMatchObject({
      response_body: 'x'.repeat(50_000),
      response_bytes: 100_000,
      response_truncated: false,
    });
  });

  test.each<[string, string, Buffer]>([
    ['UTF-16', 'text/plain; charset=utf-16le', Buffer.from('you sent top-secret-token-42', 'utf16le')],
    ['UTF-16 that nobody declares', 'text/plain', Buffer.from('you sent top-secret-token-42', 'utf16le')],
    ['UTF-16BE within other bytes', 'image/png', utf16be('you sent top-secret-token-42')],
    ['bytes', 'application/octet-stream', Buffer.concat([Buffer.alloc(3), utf8('top-secret-token-42')])],
  ])('has no secret that it quotes in %s', (_, type, body) => {
    const { response_body, response_encoding } = keptBody(answer(type, body), masker);
    const bytes =
      response_encoding === 'base64' ? Buffer.from(response_body ?? '', 'base64') : utf8(response_body ?? '');
    for (const encoding of ['utf8', 'utf16le'] as const)
      expect(bytes.includes(Buffer.from(SECRET, encoding))).toBe(false);
    expect(bytes.includes(utf16be(SECRET))).toBe(false);
    expect(bytes.toString('latin1')).not.toContain('secret-token');
  });

  test('has no part of a secret that the cut goes through, in bytes as in text', () => {
    const filled = Buffer.concat([Buffer.alloc(KEPT_BODY_BYTES - 5), utf8(SECRET)]);
    const { base64 } = binaryBody(answer('image/png', filled), masker);
    expect(Buffer.from(base64, 'base64').subarray(-5).toString()).toBe('*****');
    const text = keptBody(answer('text/plain', utf8(`${'x'.repeat(KEPT_BODY_BYTES - 5)}${SECRET}`)), masker);
    expect(text.response_body).not.toContain('top-s');
  });
});

const SECRET = 'top-secret-token-42';

describe('a secret is masked', () => {
  test.each([
    ['within base64, at any place', (text: string) => Buffer.from(text).toString('base64'), 'a?bc'],
    ['within base64url', (text: string) => Buffer.from(text).toString('base64url'), 'a?bc'],
    ['within hex', (text: string) => Buffer.from(text).toString('hex'), 'ab'],
    ['percent-encoded', encodeURIComponent, 'a/b'],
    ['with slashes escaped in JSON', (text: string) => JSON.stringify(text).replaceAll('/', String.raw`\/`), '"'],
  ])('%s', (_, quote, before) => {
    const secret = 'https://n8n.example.com/webhook/äb>?c-42';
    for (const left of ['', before.slice(0, 1), before.slice(0, 2), before]) {
      const quoted = quote(`${left}${secret} and more`);
      const masked = createMaskIn(quotedForms(secret))(quoted);
      expect(masked).not.toBe(quoted);
      // Of an address the host stays; nothing of its end does.
      const end = quote(secret).slice(-9, -4);
      if (left === '') expect(masked).not.toContain(end);
    }
  });

  test('and short ones are masked as they are alone, for their encodings would be found everywhere', () => {
    expect(quotedForms('secret')).toEqual(['secret']);
  });
});
