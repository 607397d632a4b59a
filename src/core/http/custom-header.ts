/** Headers of a single connection (RFC 9110, section 7.6.1), or set by the sender. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-length',
  'content-encoding',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Headers that every delivery already has. */
const OF_DELIVERIES = /^(content-type|user-agent|webhook-.*|x-honeyframe-.*)$/;

/** RFC 9110, section 5.6.2: token. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** Visible ASCII characters with spaces between them, which every server accepts. */
const VALUE = /^[\x21-\x7e]([\x20-\x7e\t]{0,4094}[\x21-\x7e])?$/;

/** Why a webhook's custom header is rejected, by its name or its value; null if it is valid. */
export function customHeaderFault(name: string, value: string): string | null {
  const lower = name.toLowerCase();
  if (!NAME.test(name)) return 'This is not a valid header name. Use letters, digits, and hyphens.';
  if (OF_THE_CONNECTION.has(lower)) return 'This header is controlled by the connection. Leave it out.';
  if (OF_DELIVERIES.test(lower)) return 'Every delivery sets this header itself. Choose another name.';
  if (!VALUE.test(value)) return 'Must be 1 to 4,096 printable ASCII characters, without line breaks.';
  return null;
}
