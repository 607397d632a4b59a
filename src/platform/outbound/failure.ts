export type OutboundErrorCode =
  | 'timeout'
  | 'dns_error'
  | 'connection_refused'
  | 'connection_reset'
  | 'tls_error'
  | 'invalid_response'
  | 'blocked_address'
  | 'response_too_large';

/**
 * Which side caused the failure. `here`: this machine's network or its proxy. `likely_here` and `likely_there`: a
 * single request looks the same whichever side is broken, so the state of other hosts at the time decides.
 */
export type FailureSide = 'here' | 'likely_here' | 'likely_there' | 'there';

/**
 * What went wrong with an outbound request, and what to do about it, in one sentence. It names the host, never the path
 * or the query: those are often credentials.
 */
export class OutboundFailure extends Error {
  override name = 'OutboundFailure';
  readonly code: OutboundErrorCode;
  readonly side: FailureSide;

  constructor(code: OutboundErrorCode, message: string, cause?: unknown, side: FailureSide = 'there') {
    super(message, { cause });
    this.code = code;
    this.side = side;
  }
}

const UNREACHABLE = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'EINVAL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
]);
/** This machine has no network, no route out, no port or descriptor left, or a rule against sending. */
const HERE = new Set(['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOBUFS']);
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
const OWN_END = new Set(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED']);
const OWN_FAULT = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'UND_ERR_NOT_SUPPORTED']);

/** The messages of undici's `SocketError` for an answer with status 100 or 101 that nobody asked for. */
const UNASKED = new Set(['bad response', 'bad upgrade']);

/** undici 8.12 looks parser codes up in a table that maps the other way, so they are known by name and message. */
const isNotHttp = (cause: unknown): boolean =>
  cause instanceof Error &&
  (codeOf(cause) === 'UND_ERR_HEADERS_OVERFLOW' ||
    (cause.name === 'HTTPParserError' && !cause.message.includes('Invalid EOF state')) ||
    (codeOf(cause) === 'UND_ERR_SOCKET' && UNASKED.has(cause.message)));

/**
 * What is wrong with the length that an answer gives its body: nobody may guess which one counts, for what one takes for
 * the body another takes for the next answer (RFC 9112, sections 6.1 and 6.3).
 */
function framingFault(cause: unknown): string | null {
  const isMismatch = codeOf(cause) === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
  const says = cause instanceof Error ? cause.message : '';
  if (!isMismatch && !(isNotHttp(cause) && /Content-Length|Transfer-Encoding/i.test(says))) return null;
  const head = responseHeadOf(cause);
  const lengths = [...head.matchAll(/^content-length:[ \t]*([^\r\n]*?)[ \t]*$/gim)].map(([, value]) => value ?? '');
  if (lengths.length > 1)
    return `sent ${lengths.length} Content-Length headers (${lengths.slice(0, 3).map(quoted).join(', ')}). It must send one, or none with Transfer-Encoding: chunked.`;
  if (lengths.length === 1 && /^transfer-encoding:/im.test(head))
    return 'sent both Content-Length and Transfer-Encoding. It must send only one of the two.';
  if (lengths.length === 1 && !/^\d{1,15}$/.test(lengths[0] ?? ''))
    return `sent the Content-Length ${quoted(lengths[0] ?? '')}, which is not a number. It must send the number of bytes.`;
  return 'sent a Content-Length that doesn’t match its body. It must send the number of bytes.';
}

const MOST_QUOTED = 30;
const quoted = (value: string): string => `"${value.slice(0, MOST_QUOTED)}"`;

const CERTIFICATE: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed: give it one from a public authority',
  SELF_SIGNED_CERT_IN_CHAIN:
    'comes from an authority that is not known here: name that authority in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'comes without its chain, or from an authority that is not known here: install the whole chain there',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'comes without its chain, or from an authority that is not known here: install the whole chain there',
  CERT_HAS_EXPIRED: 'has expired: renew it there',
  CERT_NOT_YET_VALID: 'is not valid yet: check the clocks of both sides',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name: check the host in the URL, or the certificate there',
};

/** The failure of an attempt to connect (TCP, then TLS) to a host. */
export function dialFailure(cause: unknown, host: string, https: boolean): OutboundFailure {
  const code = codeOf(cause);
  if (code === 'ECONNREFUSED') {
    const message = `${host} refused the connection. Check the host and the port, and that the service there is running.`;
    return new OutboundFailure('connection_refused', message, cause);
  }
  if (UNREACHABLE.has(code)) {
    const message = `${host} can't be reached from this machine (${code}). Check the host and the network in between.`;
    return new OutboundFailure('connection_refused', message, cause, HERE.has(code) ? 'here' : 'likely_there');
  }
  if (code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') {
    const message = `${host} did not accept the connection in time. Check the host, the port, and any firewall in between.`;
    return new OutboundFailure('timeout', message, cause, 'likely_there');
  }
  if (RESET.has(code) || !https) {
    const message = `${host} closed the connection before it was established. Check the port, and the log of the service there.`;
    return new OutboundFailure('connection_reset', message, cause);
  }
  return tlsFailure(cause, host);
}

/**
 * The failure of an exchange over an established connection.
 * @throws the cause when the fault is ours, such as a header that HTTP does not allow.
 */
export function exchangeFailure(cause: unknown, host: string): OutboundFailure {
  if (cause instanceof OutboundFailure) return cause;
  const code = codeOf(cause);
  if (OWN_FAULT.has(code)) throw cause;
  if (OWN_END.has(code)) {
    return new OutboundFailure(
      'connection_reset',
      'The console was stopped during the send. Send again.',
      cause,
      'here',
    );
  }
  if (code === 'ETIMEDOUT') {
    return new OutboundFailure(
      'timeout',
      `${host} stopped responding. Check the network in between, and send again.`,
      cause,
    );
  }
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO') return tlsFailure(cause, host);
  const framing = framingFault(cause);
  if (framing) return new OutboundFailure('invalid_response', `${host} ${framing}`, cause);
  if (isNotHttp(cause)) {
    const message = `${host} answered with something that is not HTTP. Check that the port belongs to a web server.`;
    return new OutboundFailure('invalid_response', message, cause);
  }
  const message = `${host} closed the connection before its response was complete. Check the log of the service there.`;
  return new OutboundFailure('connection_reset', message, cause);
}

function tlsFailure(cause: unknown, host: string): OutboundFailure {
  const code = codeOf(cause);
  const certificate = CERTIFICATE[code];
  const message = certificate
    ? `The certificate of ${host} ${certificate}.`
    : `A secure connection to ${host} could not be established (${code || 'TLS'}). Check that the port uses TLS, and which versions it supports.`;
  return new OutboundFailure('tls_error', message, cause);
}

const heads = new WeakMap<object, string>();

/** Keeps with an error of a connection the head of the answer that caused it, for the message. */
export const noteResponseHead = (cause: Error, head: string): void => void heads.set(cause, head);

const responseHeadOf = (cause: unknown): string => (cause instanceof Error ? (heads.get(cause) ?? '') : '');

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
