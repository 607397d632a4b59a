import { type HeaderPairs, headerValues, mediaTypeOf } from '#core/http/media-type.ts';

/** A received response. Header names are in lower case. */
export type ReceivedAnswer = {
  headers: HeaderPairs;
  body: Buffer;
  /** The body was cut, possibly within a character. */
  isCut: boolean;
};

/** The codings of a body in the order in which they were applied (RFC 9110, section 8.4). */
export const contentEncodings = (headers: HeaderPairs): string[] =>
  headerValues(headers, 'content-encoding')
    .flatMap((value) => value.split(','))
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '' && one !== 'identity');

const DECODED = new Set(['gzip', 'x-gzip', 'br', 'zstd', 'deflate']);
/** More than any server applies. Each one needs a decoder. */
const MOST_ENCODINGS = 3;

/** Whether the body is decoded when it is read. Otherwise it stays as received. */
export const isDecoded = (encodings: readonly string[]): boolean =>
  encodings.length <= MOST_ENCODINGS && encodings.every((one) => DECODED.has(one));

const BINARY = /^(?:image|audio|video|font)\/(?!.*\+xml$)|^application\/(?:pdf|zip|gzip|wasm)$/;
const TEXTUAL =
  /^text\/|^application\/(?:json|xml|javascript|x-www-form-urlencoded|x-ndjson|yaml)$|\+(?:json|xml|yaml)$/;
/** Tab, line and page breaks, and escape. */
const CONTROLS_OF_TEXT = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);

/** Whether there are binary data bytes (WHATWG MIME Sniffing, section 3), which text doesn't contain. */
function hasBinaryBytes(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && !CONTROLS_OF_TEXT.has(code)) return true;
  }
  return false;
}

const CHARSET = /;\s*charset\s*=\s*["']?([^\s"';,]+)/i;

/**
 * Decodes a response's body as text, without its byte order mark: by the mark, by the `charset` of its `Content-Type`,
 * or as UTF-8 (WHATWG Encoding, "decode"; RFC 8259, section 8.1).
 * @returns null if it isn't text or can't be decoded exactly: its media type is binary, its bytes are invalid in its
 * charset, its charset is unknown and it isn't UTF-8, or it has binary data bytes.
 */
export function answerText({ headers, body, isCut }: ReceivedAnswer): string | null {
  const type = mediaTypeOf(headers);
  if (!isDecoded(contentEncodings(headers)) || BINARY.test(type)) return null;
  const declared = CHARSET.exec(headerValues(headers, 'content-type')[0] ?? '')?.[1];
  const charset = charsetOfMark(body) ?? (declared === undefined ? undefined : knownCharset(declared));
  const text = decode(body, charset ?? 'utf-8', isCut);
  if (text === null || (charset === undefined && text.includes('\0'))) return null;
  return charset === undefined && !TEXTUAL.test(type) && hasBinaryBytes(text) ? null : text;
}

function charsetOfMark(body: Buffer): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  return body[0] === 0xfe && body[1] === 0xff ? 'utf-16be' : undefined;
}

function knownCharset(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** Only for complete bodies, because a cut one leaves incomplete bytes in its decoder. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decode(body: Buffer, charset: string, isCut: boolean): string | null {
  try {
    if (charset === 'utf-8' && !isCut) return UTF8.decode(body);
    return new TextDecoder(charset, { fatal: true }).decode(body, { stream: isCut });
  } catch {
    return null;
  }
}
