import { isDeeperThan, MOST_JSON_LEVELS } from '#core/json-depth.ts';
import { Refusal } from '#platform/refusal.ts';

export const MOST_BODY_BYTES = 1024 * 1024;

/**
 * The JSON object in a request's body; an empty body counts as `{}`.
 * @throws Refusal PAYLOAD_TOO_LARGE over 1 MiB (read no further than that), BAD_REQUEST for anything but a JSON object.
 */
export async function readJsonObject(request: Request): Promise<Record<string, unknown>> {
  const text = await readText(request);
  if (text.trim() === '') return {};
  const value = parse(text);
  if (isDeeperThan(value, MOST_JSON_LEVELS))
    throw new Refusal('BAD_REQUEST', `The body is nested deeper than ${MOST_JSON_LEVELS} levels: send it flatter.`);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Refusal('BAD_REQUEST', 'The body is JSON, but not an object: send the fields in { }.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const where = error instanceof SyntaxError ? /position \d+/.exec(error.message)?.[0] : undefined;
    throw new Refusal(
      'BAD_REQUEST',
      `The body is not valid JSON${where ? ` (at ${where})` : ''}: check its quotes, commas and brackets.`,
    );
  }
}

/**
 * A request's body as text.
 * @throws Refusal PAYLOAD_TOO_LARGE over 1 MiB, BAD_REQUEST when it is not UTF-8.
 */
export async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BODY_BYTES) throw tooLarge();
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > MOST_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Refusal('BAD_REQUEST', 'The body is not UTF-8: send JSON encoded as UTF-8.');
  }
}

const tooLarge = () => new Refusal('PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB: send less at once.');
