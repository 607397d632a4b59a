import { isDeeperThan, MOST_JSON_LEVELS } from '#core/json/json-depth.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

export const MOST_BODY_BYTES = 1024 * 1024;

/**
 * The JSON object that a request's body is, with plain numbers; an empty body counts as `{}`.
 * @throws Refusal VALIDATION for anything but a JSON object.
 */
export function parseJsonObject(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  const value = parse(text);
  if (isDeeperThan(value, MOST_JSON_LEVELS))
    throw new Refusal('VALIDATION', `The body must not be nested deeper than ${MOST_JSON_LEVELS} levels.`);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Refusal('VALIDATION', 'The body is JSON, but not an object. Send the fields in { }.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const where = error instanceof SyntaxError ? /position \d+/.exec(error.message)?.[0] : undefined;
    throw new Refusal(
      'VALIDATION',
      `The body is not valid JSON${where ? ` (at ${where})` : ''}. Check its quotes, commas, and brackets.`,
    );
  }
}

/**
 * A request's body as text.
 * @throws Refusal PAYLOAD_TOO_LARGE over the limit (read no further than that), BAD_REQUEST when it is not UTF-8, or when
 * its client left in the middle of it.
 */
export async function readText(request: Request, maxBytes = MOST_BODY_BYTES): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (!request.signal.aborted) throw error;
    throw new Refusal('VALIDATION', 'The body ended too early. Send the request again.');
  }
  return decodeBody(Buffer.concat(chunks));
}

/** @throws Refusal VALIDATION when it is not UTF-8. */
function decodeBody(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new Refusal('VALIDATION', 'The body is not UTF-8. Send JSON encoded as UTF-8.');
  }
}

const tooLarge = (maxBytes: number) =>
  new Refusal('PAYLOAD_TOO_LARGE', `The body is larger than ${maxBytes / 1024 / 1024} MiB. Send less at once.`);
