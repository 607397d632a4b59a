import { describe, expect, test } from 'vitest';
import { bypassesProxy } from './no-proxy.ts';

describe('NO_PROXY', () => {
  test.each([
    ['example.com', 'example.com'],
    ['Example.com', 'example.com'],
    ['example.com', 'api.example.com'],
    ['.example.com', 'api.example.com'],
    ['*.example.com', 'api.example.com'],
    ['other.org, example.com', 'example.com'],
    ['example.com:443', 'example.com'],
    ['*', 'anything.test'],
    ['93.184.216.34', 'example.com'],
    ['93.184.0.0/16', 'example.com'],
    ['93.184.216.34:443', 'example.com'],
  ])('%s sends %s past the proxy', (noProxy, hostname) => {
    expect(bypassesProxy(noProxy, hostname, 443, '93.184.216.34')).toBe(true);
  });

  test.each([
    ['', 'example.com'],
    ['example.com', 'badexample.com'],
    ['example.com', 'example.com.test'],
    ['.example.com', 'example.com'],
    ['example.com:8443', 'example.com'],
    ['93.184.216.35', 'example.com'],
    ['93.184.216.34:8443', 'example.com'],
    ['10.0.0.0/8', 'example.com'],
  ])('%j leaves %s to the proxy', (noProxy, hostname) => {
    expect(bypassesProxy(noProxy, hostname, 443, '93.184.216.34')).toBe(false);
  });

  test('IPv6 addresses and networks are read, with a port in brackets', () => {
    expect(bypassesProxy('2606:4700::1111', 'x.test', 443, '2606:4700::1111')).toBe(true);
    expect(bypassesProxy('2606:4700::/32', 'x.test', 443, '2606:4700::1111')).toBe(true);
    expect(bypassesProxy('[2606:4700::1111]:443', 'x.test', 443, '2606:4700::1111')).toBe(true);
    expect(bypassesProxy('[2606:4700::1111]:80', 'x.test', 443, '2606:4700::1111')).toBe(false);
  });

  test('loopback never goes through a proxy: it would be the loopback of the proxy', () => {
    expect(bypassesProxy('', 'localhost', 443, '127.0.0.1')).toBe(true);
    expect(bypassesProxy('', 'x.test', 443, '::1')).toBe(true);
  });
});
