import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AllowList, isNamedBy, judgeAddress, LOOPBACK_ALLOW_LIST, parseAllowList } from './public-address.ts';

const NOTHING: AllowList = { networks: [], hosts: [] };

function allowing(text: string): AllowList {
  const parsed = parseAllowList(text);
  if (!parsed.ok) throw new Error(`${parsed.entry} is no entry`);
  return parsed.allow;
}

describe('an address is judged by what it is for', () => {
  test.each([
    ['0.0.0.0', 'unspecified (0.0.0.0/8)'],
    ['10.255.255.255', 'private (10.0.0.0/8)'],
    ['172.16.0.1', 'private (172.16.0.0/12)'],
    ['172.31.255.255', 'private (172.16.0.0/12)'],
    ['192.168.1.1', 'private (192.168.0.0/16)'],
    ['100.64.0.1', 'CGNAT (100.64.0.0/10)'],
    ['127.0.0.1', 'loopback (127.0.0.0/8)'],
    ['127.255.255.255', 'loopback (127.0.0.0/8)'],
    ['169.254.1.1', 'link-local (169.254.0.0/16)'],
    ['169.254.169.254', 'cloud metadata (169.254.169.254)'],
    ['169.254.170.2', 'cloud metadata (169.254.170.2)'],
    ['100.100.100.200', 'cloud metadata (100.100.100.200)'],
    ['168.63.129.16', 'cloud metadata (168.63.129.16)'],
    ['192.0.0.192', 'cloud metadata (192.0.0.192)'],
    ['192.0.0.1', 'reserved (192.0.0.0/24)'],
    ['192.0.2.1', 'documentation (192.0.2.0/24)'],
    ['198.51.100.1', 'documentation (198.51.100.0/24)'],
    ['203.0.113.1', 'documentation (203.0.113.0/24)'],
    ['192.88.99.1', 'reserved (192.88.99.0/24)'],
    ['198.18.0.1', 'benchmarking (198.18.0.0/15)'],
    ['224.0.0.1', 'multicast (224.0.0.0/4)'],
    ['239.255.255.255', 'multicast (224.0.0.0/4)'],
    ['240.0.0.1', 'reserved (240.0.0.0/4)'],
    ['255.255.255.255', 'broadcast (255.255.255.255)'],
    ['::', 'unspecified (::)'],
    ['::1', 'loopback (::1)'],
    ['::ffff:0:10.0.0.1', 'IPv4-translated (::ffff:0:0:0/96)'],
    ['::a00:1', 'IPv4-compatible (::/96)'],
    ['::ffff:10.0.0.1', 'IPv4-mapped of 10.0.0.1, private (10.0.0.0/8)'],
    ['::ffff:a9fe:a9fe', 'IPv4-mapped of 169.254.169.254, cloud metadata (169.254.169.254)'],
    ['64:ff9b::a00:1', 'NAT64 of 10.0.0.1, private (10.0.0.0/8)'],
    ['64:ff9b::169.254.169.254', 'NAT64 of 169.254.169.254, cloud metadata (169.254.169.254)'],
    ['64:ff9b:1::808:808', 'local NAT64 (64:ff9b:1::/48)'],
    ['2002:7f00:1::1', '6to4 of 127.0.0.1, loopback (127.0.0.0/8)'],
    ['2001::1', 'Teredo (2001::/32)'],
    ['2001:2::1', 'benchmarking (2001:2::/48)'],
    ['2001:10::1', 'reserved (2001::/23)'],
    ['2001:db8::1', 'documentation (2001:db8::/32)'],
    ['3fff::1', 'documentation (3fff::/20)'],
    ['fc00::1', 'unique-local (fc00::/7)'],
    ['fd00:ec2::254', 'cloud metadata (fd00:ec2::254)'],
    ['fe80::1', 'link-local (fe80::/10)'],
    ['fe80::1%eth0', 'link-local (fe80::/10)'],
    ['fec0::1', 'site-local (fec0::/10)'],
    ['ff02::1', 'multicast (ff00::/8)'],
    ['100::1', 'reserved (outside 2000::/3)'],
    ['4000::1', 'reserved (outside 2000::/3)'],
    ['5f00::1', 'reserved (outside 2000::/3)'],
  ])('%s is refused as %s', (address, rule) => {
    expect(judgeAddress(address, NOTHING)).toMatchObject({ allowed: false, rule });
  });

  test.each([
    ['9.255.255.255', 'public'],
    ['11.0.0.0', 'public'],
    ['172.15.255.255', 'public'],
    ['172.32.0.0', 'public'],
    ['100.63.255.255', 'public'],
    ['100.128.0.0', 'public'],
    ['223.255.255.255', 'public'],
    ['2606:4700::1111', 'public'],
    ['::ffff:8.8.8.8', 'IPv4-mapped of 8.8.8.8, public'],
    ['64:ff9b::808:808', 'NAT64 of 8.8.8.8, public'],
    ['2002:808:808::1', '6to4 of 8.8.8.8, public'],
  ])('%s is open as %s', (address, rule) => {
    expect(judgeAddress(address, NOTHING)).toMatchObject({ allowed: true, rule });
  });

  test.each(['', ' 10.0.0.1', 'example.com', '1.2.3.4.5', '8.8.8.8/8', '08.8.8.8', ':::1', '[::1]'])(
    'what cannot be read as an address is refused: "%s"',
    (address) => {
      expect(judgeAddress(address, NOTHING)).toEqual({ address, allowed: false, rule: 'not an IP address' });
    },
  );

  test('the verdict names the address in its usual spelling', () => {
    expect(judgeAddress('0x7f.1', NOTHING).address).toBe('127.0.0.1');
    expect(judgeAddress('2130706433', NOTHING).address).toBe('127.0.0.1');
    expect(judgeAddress('2606:4700:0:0::1111', NOTHING).address).toBe('2606:4700::1111');
  });

  test('a name under which a cloud hands out credentials is refused wherever it leads', () => {
    expect(judgeAddress('8.8.8.8', NOTHING, 'Metadata.Google.Internal.')).toMatchObject({
      allowed: false,
      rule: 'cloud metadata (metadata.google.internal)',
    });
  });
});

const REFUSED_NETWORKS: [base: number, bits: number][] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0000200, 24],
  [0xc0586300, 24],
  [0xc0a80000, 16],
  [0xc6120000, 15],
  [0xc6336400, 24],
  [0xcb007100, 24],
  [0xe0000000, 4],
  [0xf0000000, 4],
];

const refusedIPv4 = fc
  .tuple(fc.constantFrom(...REFUSED_NETWORKS), fc.nat({ max: 0xffffffff }))
  .map(([[base, bits], random]) => (base | (random & (2 ** (32 - bits) - 1))) >>> 0);

const octets = (value: number): [number, number, number, number] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const hex = (value: number): string => value.toString(16);

/** Every way to write an IPv4 address that a URL or an operating system reads. */
const SPELLINGS: ((value: number) => string)[] = [
  (value) => octets(value).join('.'),
  (value) => String(value),
  (value) => `0x${hex(value)}`,
  (value) => `0${value.toString(8)}`,
  (value) =>
    octets(value)
      .map((octet) => `0x${hex(octet)}`)
      .join('.'),
  (value) =>
    octets(value)
      .map((octet) => `0${octet.toString(8)}`)
      .join('.'),
  (value) => `${value >>> 24}.${value & 0xffffff}`,
  (value) => `${value >>> 24}.${(value >>> 16) & 255}.0x${hex(value & 0xffff)}`,
  (value) => `::ffff:${octets(value).join('.')}`,
  (value) => `::ffff:${hex(value >>> 16)}:${hex(value & 0xffff)}`,
  (value) => `0:0:0:0:0:FFFF:${hex(value >>> 16).toUpperCase()}:${hex(value & 0xffff)}`,
  (value) => `::ffff:0:${hex(value >>> 16)}:${hex(value & 0xffff)}`,
  (value) => `::${hex(value >>> 16)}:${hex(value & 0xffff)}`,
  (value) => `64:ff9b::${octets(value).join('.')}`,
  (value) => `64:ff9b:1::${hex(value >>> 16)}:${hex(value & 0xffff)}`,
  (value) => `2002:${hex(value >>> 16)}:${hex(value & 0xffff)}::1`,
];

describe('an IPv4 address in a refused range is refused', () => {
  test('in any spelling', () => {
    fc.assert(
      fc.property(refusedIPv4, fc.constantFrom(...SPELLINGS), (value, spell) => {
        expect(judgeAddress(spell(value), NOTHING)).toMatchObject({ allowed: false });
      }),
      { numRuns: 2000 },
    );
  });

  test('as the host of a URL in any spelling', () => {
    fc.assert(
      fc.property(refusedIPv4, fc.constantFrom(...SPELLINGS), (value, spell) => {
        const written = spell(value);
        const { hostname } = new URL(`https://${written.includes(':') ? `[${written}]` : written}/`);
        expect(judgeAddress(hostname.replace(/^\[|\]$/g, ''), NOTHING)).toMatchObject({ allowed: false });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an allow list', () => {
  test('opens the networks, addresses and names that it names, and says so', () => {
    const allow = allowing('10.1.0.0/16, 192.168.0.7 fd12::/16\nN8N.Internal.');
    expect(judgeAddress('10.1.2.3', allow)).toEqual({
      address: '10.1.2.3',
      allowed: true,
      rule: 'private (10.0.0.0/8), allowed by EGRESS_ALLOW',
    });
    expect(judgeAddress('10.2.0.0', allow).allowed).toBe(false);
    expect(judgeAddress('192.168.0.7', allow).allowed).toBe(true);
    expect(judgeAddress('192.168.0.8', allow).allowed).toBe(false);
    expect(judgeAddress('fd12::1', allow).allowed).toBe(true);
    expect(judgeAddress('172.16.0.1', allow, 'n8n.internal').allowed).toBe(true);
    expect(judgeAddress('172.16.0.1', allow, 'other.internal').allowed).toBe(false);
    expect(judgeAddress('172.16.0.1', allow, 'n8n.internal.example.com').allowed).toBe(false);
  });

  test('opens a mapped address with the IPv4 address it carries, but no other form of it', () => {
    const allow = allowing('10.0.0.0/8');
    expect(judgeAddress('::ffff:10.0.0.1', allow).allowed).toBe(true);
    expect(judgeAddress('64:ff9b::10.0.0.1', allow).allowed).toBe(false);
    expect(judgeAddress('2002:a00:1::', allow).allowed).toBe(false);
    expect(judgeAddress('10.0.0.1', allowing('::ffff:10.0.0.1')).allowed).toBe(true);
    expect(judgeAddress('::ffff:10.0.0.1', allowing('::ffff:10.0.0.0/104')).allowed).toBe(true);
  });

  test('names a public address or host too, so that plain http may go there', () => {
    const allow = allowing('8.8.8.0/24 example.com');
    expect(isNamedBy(allow, '8.8.8.8')).toBe(true);
    expect(isNamedBy(allow, '9.9.9.9', 'example.com')).toBe(true);
    expect(isNamedBy(allow, '9.9.9.9', 'example.org')).toBe(false);
    expect(isNamedBy(allow, 'nonsense')).toBe(false);
  });

  test('of local mode opens loopback only', () => {
    expect(judgeAddress('127.0.0.1', LOOPBACK_ALLOW_LIST)).toMatchObject({
      allowed: true,
      rule: 'loopback (127.0.0.0/8), allowed in local mode',
    });
    expect(judgeAddress('::1', LOOPBACK_ALLOW_LIST, 'localhost').allowed).toBe(true);
    expect(judgeAddress('10.0.0.1', LOOPBACK_ALLOW_LIST).allowed).toBe(false);
    expect(judgeAddress('169.254.169.254', LOOPBACK_ALLOW_LIST).allowed).toBe(false);
  });

  test('may be empty', () => {
    expect(parseAllowList(' , ')).toEqual({ ok: true, allow: NOTHING });
  });

  test('takes names in any script, as URLs spell them', () => {
    expect(allowing('München.example').hosts).toEqual(['xn--mnchen-3ya.example']);
    expect(allowing('my_service').hosts).toEqual(['my_service']);
  });

  test.each([
    '10.0.0.0/33',
    '10.0.0/8',
    '127.1',
    '010.0.0.1',
    '0x7f',
    'http://n8n.internal',
    'n8n.internal:5678',
    'n8n.internal/path',
    '*.internal',
    'user@n8n.internal',
    'a..b',
    'fe80::/129',
  ])('refuses %s, and says which entry it was', (entry) => {
    expect(parseAllowList(`10.0.0.0/8, ${entry}`)).toEqual({ ok: false, entry });
  });
});
