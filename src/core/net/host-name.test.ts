import { expect, test } from 'vitest';
import { hostNameOf, isLoopbackName } from './host-name.ts';

test.each([
  ['localhost', 'localhost'],
  ['LocalHost:3000', 'localhost'],
  ['localhost.:3000', 'localhost'],
  ['[::1]:3000', '::1'],
  ['[0:0:0:0:0:0:0:1]', '::1'],
  ['127.0.0.1:80', '127.0.0.1'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['localhost..', 'localhost.'],
])('the host of %j is %j', (host, name) => {
  expect(hostNameOf(host)).toBe(name);
});

test.each(['', ' ', 'a b', 'a/b', 'a@b', 'a:99999', '[::1', '.', 'a?b', 'a\\b', 'localhost, evil.example'])(
  '%j is no host',
  (host) => {
    expect(hostNameOf(host)).toBeNull();
  },
);

test.each(['localhost', 'desk.localhost', '127.0.0.1', '127.9.9.9', '::1', '::ffff:7f00:1'])(
  '%j is this machine',
  (name) => {
    expect(isLoopbackName(name)).toBe(true);
  },
);

test.each(['localhost.evil.example', 'notlocalhost', '0.0.0.0', '10.0.0.1', '::', 'localhost.'])(
  '%j may be another machine',
  (name) => {
    expect(isLoopbackName(name)).toBe(false);
  },
);
