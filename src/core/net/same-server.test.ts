import { expect, test } from 'vitest';
import { isSameServer } from './same-server.ts';

const RECEIVER = 'https://receiver.example.com/hooks';

test.each([
  ['another path and query', 'https://receiver.example.com/others?a=1'],
  ['capitals', 'HTTPS://Receiver.EXAMPLE.com/hooks'],
  ['the default port', 'https://receiver.example.com:443/hooks'],
])('%s is the same server', (_, url) => expect(isSameServer(RECEIVER, url)).toBe(true));

test.each([
  ['another host', 'https://other.example.com/hooks'],
  ['a longer host', 'https://receiver.example.com.other.example/hooks'],
  ['a host under it', 'https://a.receiver.example.com/hooks'],
  ['another port', 'https://receiver.example.com:8443/hooks'],
  ['plain http', 'http://receiver.example.com/hooks'],
  ['plain http on the port of https', 'http://receiver.example.com:443/hooks'],
  ['a trailing dot', 'https://receiver.example.com./hooks'],
  ['the host as a user name', 'https://receiver.example.com@other.example/hooks'],
  ['a backslash', 'https://other.example\\@receiver.example.com/hooks'],
  ['no URL', 'receiver.example.com'],
])('%s is another server', (_, url) => {
  expect(isSameServer(RECEIVER, url)).toBe(false);
  expect(isSameServer(url, RECEIVER)).toBe(false);
});

test('both forms of an internationalized name, and of an address, are the same server', () => {
  expect(isSameServer('https://bücher.example/', 'https://xn--bcher-kva.example/')).toBe(true);
  expect(isSameServer('http://127.0.0.1/', 'http://2130706433/')).toBe(true);
  expect(isSameServer('http://[::1]/', 'http://[0:0:0:0:0:0:0:1]/')).toBe(true);
});

test('what has no server is not the same as anything', () => {
  expect(isSameServer('data:text/plain,a', 'data:text/plain,a')).toBe(false);
});
