import { type AnswerMasker, binaryBody } from '#core/delivery/kept-answer.ts';
import { mediaTypeOf } from '#core/http/media-type.ts';
import { isDeeperThan, MOST_JSON_LEVELS } from '#core/json/json-depth.ts';
import { readJson } from '#core/json/user-json.ts';
import { answerText, type ReceivedAnswer } from '#core/text/answer-text.ts';
import type { OutboundResult } from '#platform/outbound/outbound-http.ts';
import type { SendResult } from './connector-type.ts';

/** What to do about a status, in one or more sentences, where the other side's kind is known. */
type NextStepOf = (status: number) => string | undefined;

/** What a plain HTTP answer means: 2xx is success, everything else is the other side's refusal. */
export function classifyHttpResponse(
  response: OutboundResult,
  host: string,
  nextStepOf: NextStepOf = () => undefined,
): SendResult {
  const { status, duration_ms } = response;
  const body = readBody(response);
  if (!response.ok) return { ok: false, status, body, duration_ms, error: response.error };
  if (response.status >= 200 && response.status < 300) return { ok: true, status: response.status, body, duration_ms };
  return {
    ok: false,
    status,
    body,
    duration_ms,
    error: { code: 'http_error', message: explain(response.status, host, nextStepOf) },
  };
}

/** What came back, as the reading of its body takes it. What ended early is cut. */
export const receivedAnswer = ({ ok, headers = [], body = Buffer.alloc(0) }: OutboundResult): ReceivedAnswer => ({
  headers,
  body,
  isCut: !ok,
});

/**
 * The parsed JSON if the response declares and contains JSON, otherwise its text, and null if it has no body. For a
 * body that isn't text, a `BinaryBody` whose secrets are not masked yet.
 */
function readBody(response: OutboundResult): unknown {
  const answer = receivedAnswer(response);
  if (answer.body.length === 0) return null;
  const text = answerText(answer);
  if (text === null) return binaryBody(answer, UNMASKED);
  if (!/^application\/(?:[\w.+-]+\+)?json$/.test(mediaTypeOf(answer.headers))) return text;
  try {
    const value: unknown = readJson(text);
    return isDeeperThan(value, MOST_JSON_LEVELS) ? text : value;
  } catch {
    return text;
  }
}

const UNMASKED: AnswerMasker = { text: (text) => text, bytes: (bytes) => bytes };

const NEXT_STEPS: Record<number, string> = {
  401: 'Check the credentials that it requires.',
  403: 'Check the credentials that it requires and the IP addresses that it allows.',
  404: 'Check the URL.',
  413: 'Send a shorter message.',
  429: 'It receives too many requests. Wait, and send less often.',
  502: 'Its proxy got no response from the service behind it. Check that the service is running, then send again.',
  503: 'It is unavailable. Check that it is running, or try again later.',
  504: 'Its proxy waited too long for the service behind it. Check the logs of both.',
};

function explain(status: number, host: string, nextStepOf: NextStepOf): string {
  if (status >= 300 && status < 400) {
    return `${host} answered ${status}, which is a redirect. Redirects are not followed. Set the webhook URL to the address that it leads to.`;
  }
  const nextStep =
    nextStepOf(status) ??
    NEXT_STEPS[status] ??
    (status >= 500
      ? 'The failure is on its side: check its log.'
      : 'Compare the request with what that service expects.');
  return `${host} answered ${status}. ${nextStep}`;
}
