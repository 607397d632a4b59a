/** How a receiver verifies `X-Honeyframe-Signature` over the raw body; the header may contain two digests during a rotation. */
export const VERIFY_SNIPPETS: readonly { name: string; code: string }[] = [
  {
    name: 'TypeScript',
    code: `import { createHmac, timingSafeEqual } from 'node:crypto';

export function isSigned(secret: string, header: string, body: Buffer): boolean {
  const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('hex'));
  const digests = header.split(',').map((one) => Buffer.from(one));
  return digests.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
}`,
  },
  {
    name: 'Python',
    code: `import hashlib, hmac

def is_signed(secret: str, header: str, body: bytes) -> bool:
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
    return any(hmac.compare_digest(one.encode(), expected) for one in header.split(","))`,
  },
  {
    name: 'Go',
    code: `func IsSigned(secret, header string, body []byte) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	expected := []byte(hex.EncodeToString(mac.Sum(nil)))
	for _, one := range strings.Split(header, ",") {
		if hmac.Equal([]byte(one), expected) {
			return true
		}
	}
	return false
}`,
  },
  {
    name: 'Ruby',
    code: `require 'openssl'

def signed?(secret, header, body)
  expected = OpenSSL::HMAC.hexdigest('SHA256', secret, body)
  header.split(',').any? { |one| OpenSSL.secure_compare(one, expected) }
end`,
  },
  {
    name: 'PHP',
    code: `function is_signed(string $secret, string $header, string $body): bool {
    $expected = hash_hmac('sha256', $body, $secret);
    foreach (explode(',', $header) as $one) if (hash_equals($expected, $one)) return true;
    return false;
}`,
  },
  {
    name: 'curl',
    code: `# The digest of a body that you kept in a file, to compare with the header by eye:
openssl dgst -sha256 -hmac "$SECRET" body.json`,
  },
];
