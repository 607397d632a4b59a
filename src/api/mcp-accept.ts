/** What a client takes as an answer: JSON, a stream of events (SSE), or whichever of them the protocol's server prefers. */
export type McpAnswerForm = 'json' | 'stream' | 'either';

/**
 * The form for an `Accept` header (RFC 9110, section 12.5.1). The protocol asks clients to name both types; of those that do
 * not, a stream gets who takes nothing else, and JSON everybody else, also who names neither: a server may disregard the
 * header, and an answer helps more than a 406.
 */
export function answerFormFor(accept: string | null): McpAnswerForm {
  const ranges = rangesOf(accept ?? '');
  const json = preferenceOf(ranges, 'application', 'json');
  const stream = preferenceOf(ranges, 'text', 'event-stream');
  if (stream.quality === 0) return 'json';
  if (json.quality === 0) return 'stream';
  return stream.isNamed && json.quality <= stream.quality ? 'either' : 'json';
}

type Range = { type: string; quality: number };

function rangesOf(accept: string): Range[] {
  const ranges = accept.split(',').flatMap((one): Range[] => {
    const [type = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return type === ''
      ? []
      : [{ type, quality: weight && /^(?:0(?:\.\d*)?|1(?:\.0*)?)$/.test(weight) ? Number(weight) : 1 }];
  });
  return ranges.length > 0 ? ranges : [{ type: '*/*', quality: 1 }];
}

/** By the most specific range that the type is in. */
function preferenceOf(ranges: readonly Range[], type: string, subtype: string): { quality: number; isNamed: boolean } {
  const qualityOf = (wanted: string) => ranges.find((range) => range.type === wanted)?.quality;
  const named = qualityOf(`${type}/${subtype}`);
  return { quality: named ?? qualityOf(`${type}/*`) ?? qualityOf('*/*') ?? 0, isNamed: named !== undefined };
}

const EVENT_STREAM = 'text/event-stream';
const isOf = (response: Response, type: string) => response.headers.get('content-type')?.startsWith(type) === true;

/**
 * The same answer in the form that its client takes. JSON has no place for the progress that a stream tells; a stream that
 * ends without an answer stays one, and so does an error.
 * @param isBatch of several requests, whose answers come as a list (JSON-RPC 2.0, section 6)
 */
export async function answerInForm(form: McpAnswerForm, response: Response, isBatch: boolean): Promise<Response> {
  if (form === 'json' && isOf(response, EVENT_STREAM)) return asJson(response, isBatch);
  if (form === 'stream' && response.ok && isOf(response, 'application/json')) return asStream(response);
  return response;
}

async function asJson(response: Response, isBatch: boolean): Promise<Response> {
  const answers = dataOf(await response.text()).filter(isAnswer);
  return new Response(isBatch ? `[${answers.join(',')}]` : answers.at(-1), {
    status: response.status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
}

async function asStream(response: Response): Promise<Response> {
  return new Response(`event: message\ndata: ${await response.text()}\n\n`, {
    status: response.status,
    headers: { 'content-type': EVENT_STREAM, 'cache-control': 'no-cache, no-transform' },
  });
}

/** The data of a stream's events, each of which the protocol's server writes in one line. */
const dataOf = (stream: string): string[] =>
  stream.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []));

/** Requests and notifications have a method, answers have none. */
const isAnswer = (message: string): boolean => !('method' in JSON.parse(message));
