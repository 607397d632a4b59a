import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientAddress, networkOf, siteOf } from './client-address.ts';

describe('the client address', () => {
  test.each([
    ['of a direct connection is the socket’s', '203.0.113.9', 0, '203.0.113.9'],
    ['of a direct connection is never the one that the client claims', '8.8.8.8, 203.0.113.9', 0, '203.0.113.9'],
    ['behind one proxy is the one that the proxy saw', '203.0.113.9, 10.0.0.1', 1, '203.0.113.9'],
    ['behind one proxy is not what was written before it', '8.8.8.8, 203.0.113.9, 10.0.0.1', 1, '203.0.113.9'],
    [
      'behind two proxies is the one that the outer proxy saw',
      '8.8.8.8,203.0.113.9,10.0.0.2,10.0.0.1',
      2,
      '203.0.113.9',
    ],
    ['of a mapped IPv4 address is the IPv4 address', '::ffff:203.0.113.9', 0, '203.0.113.9'],
    ['of an IPv6 client is spelled one way', '2001:DB8:0:0::1', 0, '2001:db8::1'],
    ['written with a port is the address', '203.0.113.9:4711, 10.0.0.1', 1, '203.0.113.9'],
    ['of IPv6 written with a port is the address', '[2001:db8::1]:4711, 10.0.0.1', 1, '2001:db8::1'],
    ['of IPv6 in brackets is the address', '[2001:db8::1], 10.0.0.1', 1, '2001:db8::1'],
    ['that is not an address is nobody’s', 'unknown', 0, null],
    ['of nothing is nobody’s', null, 1, null],
    ['of an empty list is nobody’s', '', 0, null],
  ])('%s', (_, list, hops, expected) => {
    expect(clientAddress(list, hops)).toBe(expected);
  });

  test('cannot be chosen by the client, however much it writes into the header', () => {
    const forged = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { minLength: 1 });
    fc.assert(
      fc.property(forged, fc.ipV4(), fc.integer({ min: 0, max: 5 }), (claims, client, hops) => {
        const proxies = Array.from({ length: hops }, (_, index) => `10.0.0.${index + 1}`);
        expect(clientAddress([...claims, client, ...proxies].join(', '), hops)).toBe(client);
      }),
    );
  });
});

describe('a client is counted', () => {
  test.each([
    ['by its IPv4 address', '203.0.113.9', '203.0.113.9', '203.0.113.9'],
    ['by its /64 and its /48 of IPv6', '2001:db8:5:6:7:8:9:a', '2001:db8:5:6::/64', '2001:db8:5::/48'],
    ['by the IPv4 address that 6to4 made its network of', '2002:cb00:7109:1::1', '203.0.113.9', '203.0.113.9'],
    ['by the IPv4 address behind Teredo', '2001:0:4136:e378:8000:63bf:34ff:8ef6', '203.0.113.9', '203.0.113.9'],
    ['by the IPv4 address that NAT64 translated', '64:ff9b::cb00:7109', '203.0.113.9', '203.0.113.9'],
    ['by the IPv4 address that a NAT64 of the site translated', '64:ff9b:1::cb00:7109', '203.0.113.9', '203.0.113.9'],
    ['by the IPv4 address that SIIT translated', '::ffff:0:cb00:7109', '203.0.113.9', '203.0.113.9'],
    ['by the IPv4 address that is mapped', '::ffff:cb00:7109', '203.0.113.9', '203.0.113.9'],
  ])('%s', (_, address, network, site) => {
    expect([networkOf(address), siteOf(address)]).toEqual([network, site]);
  });
});
