import { describe, expect, test } from 'vitest';
import { dialFailure, exchangeFailure, noteResponseHead, OutboundFailure } from './failure.ts';

const HOST = 'receiver.example';
const caused = (code: string, message = '', name = 'Error') => Object.assign(new Error(message), { code, name });

describe('a connection that was not made', () => {
  test.each([
    ['ECONNREFUSED', 'connection_refused', 'there', 'refused the connection'],
    ['ENETUNREACH', 'connection_refused', 'here', "can't be reached from this machine (ENETUNREACH)"],
    ['ENETDOWN', 'connection_refused', 'here', '(ENETDOWN)'],
    ['EMFILE', 'connection_refused', 'here', '(EMFILE)'],
    ['EADDRNOTAVAIL', 'connection_refused', 'here', '(EADDRNOTAVAIL)'],
    ['EHOSTUNREACH', 'connection_refused', 'likely_there', '(EHOSTUNREACH)'],
    ['EHOSTDOWN', 'connection_refused', 'likely_there', '(EHOSTDOWN)'],
    ['EINVAL', 'connection_refused', 'likely_there', '(EINVAL)'],
    ['ETIMEDOUT', 'timeout', 'likely_there', 'did not accept the connection in time'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'likely_there', 'did not accept the connection in time'],
    ['ECONNRESET', 'connection_reset', 'there', 'closed the connection before it was established'],
    ['EPIPE', 'connection_reset', 'there', 'closed the connection before it was established'],
  ])('for %s is a %s on the side %s', (code, expected, side, message) => {
    for (const https of [true, false]) {
      const failure = dialFailure(caused(code), HOST, https);
      expect(failure).toMatchObject({ code: expected, side });
      expect(failure.message).toContain(message);
      expect(failure.message).toContain(HOST);
    }
  });

  test('for what is left is a tls_error over https, and a connection_reset over http', () => {
    expect(dialFailure(caused('EPROTO'), HOST, true)).toMatchObject({ code: 'tls_error', side: 'there' });
    expect(dialFailure(caused('EPROTO'), HOST, false)).toMatchObject({ code: 'connection_reset' });
    expect(dialFailure(caused('CERT_HAS_EXPIRED'), HOST, true).message).toBe(
      `The certificate of ${HOST} has expired: renew it there.`,
    );
    expect(dialFailure(caused('EPROTO'), HOST, true).message).toContain('could not be established (EPROTO)');
    for (const unknown of [new Error('no code'), 'no error', undefined, Object.assign(new Error(), { code: 5 })])
      expect(dialFailure(unknown, HOST, true).message).toContain('could not be established (TLS)');
  });
});

describe('an exchange that failed', () => {
  const failureOf = (cause: unknown) => exchangeFailure(cause, HOST);

  test('for a reason that is known already keeps it', () => {
    const known = new OutboundFailure('timeout', 'Too late.');
    expect(failureOf(known)).toBe(known);
    expect(known).toMatchObject({ side: 'there', name: 'OutboundFailure' });
  });

  test.each(['UND_ERR_INVALID_ARG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'UND_ERR_NOT_SUPPORTED'])(
    'by our own fault (%s) throws it',
    (code) => {
      const cause = caused(code);
      expect(() => failureOf(cause)).toThrow(cause);
    },
  );

  test.each([
    ['UND_ERR_DESTROYED', 'connection_reset', 'here', 'The console was stopped during the send. Send again.'],
    ['UND_ERR_CLOSED', 'connection_reset', 'here', 'The console was stopped during the send. Send again.'],
    ['ETIMEDOUT', 'timeout', 'there', `${HOST} stopped responding.`],
    ['ERR_SSL_WRONG_VERSION', 'tls_error', 'there', '(ERR_SSL_WRONG_VERSION)'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_error', 'there', 'is for another name'],
    ['EPROTO', 'tls_error', 'there', '(EPROTO)'],
    ['UND_ERR_HEADERS_OVERFLOW', 'invalid_response', 'there', 'something that is not HTTP'],
    ['ECONNRESET', 'connection_reset', 'there', 'closed the connection before its response was complete'],
  ])('for %s is a %s on the side %s', (code, expected, side, message) => {
    expect(failureOf(caused(code))).toMatchObject({ code: expected, side, message: expect.stringContaining(message) });
  });

  test('because the answer is not HTTP says so, and because it ended early does not', () => {
    const parser = (message: string) => caused('HPE_INVALID', message, 'HTTPParserError');
    expect(failureOf(parser('Expected HTTP/'))).toMatchObject({ code: 'invalid_response' });
    expect(failureOf(parser('Invalid EOF state'))).toMatchObject({ code: 'connection_reset' });
    for (const message of ['bad response', 'bad upgrade'])
      expect(failureOf(caused('UND_ERR_SOCKET', message))).toMatchObject({ code: 'invalid_response' });
    expect(failureOf(caused('UND_ERR_SOCKET', 'other side closed'))).toMatchObject({ code: 'connection_reset' });
    expect(failureOf(caused('UND_ERR_OTHER', 'bad response'))).toMatchObject({ code: 'connection_reset' });
    expect(failureOf('no error')).toMatchObject({ code: 'connection_reset' });
  });

  describe('because of the length of its body', () => {
    const lengthFailure = (head: string, cause = caused('UND_ERR_RES_CONTENT_LENGTH_MISMATCH')) => {
      noteResponseHead(cause, `HTTP/1.1 200 OK\r\n${head}`);
      const { code, message } = failureOf(cause);
      expect(code).toBe('invalid_response');
      return message;
    };
    test.each([
      ['Content-Length: 1\r\ncontent-length:  2 ', 'sent 2 Content-Length headers ("1", "2"). It must send one'],
      ['Content-Length: 5\r\nTransfer-Encoding: chunked', 'sent both Content-Length and Transfer-Encoding.'],
      ['Content-Length: five', 'sent the Content-Length "five", which is not a number.'],
      [`Content-Length: ${'9'.repeat(40)}`, `sent the Content-Length "${'9'.repeat(30)}", which is not a number.`],
      ['Content-Length: 5', 'sent a Content-Length that doesn’t match its body.'],
      ['', 'sent a Content-Length that doesn’t match its body.'],
    ])('%j is named', (head, message) => {
      expect(lengthFailure(head)).toContain(`${HOST} ${message}`);
    });

    test('is found when the parser found it, and not in other errors', () => {
      const parser = (message: string) => caused('HPE_INVALID', message, 'HTTPParserError');
      expect(lengthFailure('Content-Length: x', parser('Invalid character in Content-Length'))).toContain(
        'not a number',
      );
      expect(lengthFailure('Transfer-Encoding: x', parser('Invalid Transfer-Encoding'))).toContain('Content-Length');
      expect(lengthFailure('Content-Length: x', parser('Invalid header token'))).toContain('is not HTTP');
      const closed = caused('UND_ERR_SOCKET', 'closed before Content-Length');
      noteResponseHead(closed, 'Content-Length: x');
      expect(failureOf(closed)).toMatchObject({ code: 'connection_reset' });
    });

    test('says what was sent without the head, too', () => {
      expect(failureOf(caused('UND_ERR_RES_CONTENT_LENGTH_MISMATCH')).message).toContain('doesn’t match its body');
    });
  });
});
