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
 * The JSON value where the answer says it is JSON and is, its text otherwise, null where there is none. Of what is not
 * text, a `BinaryBody`, its secrets not masked yet.
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
  401: 'Check the credentials that it asks for.',
  403: 'Check the credentials that it asks for, and the addresses that it allows.',
  404: 'Check the URL.',
  413: 'Send a shorter message.',
  429: 'It is asked too often: wait, and send less often.',
  502: 'Its proxy gets no answer from the service behind it: check that this runs, then send again.',
  503: 'It is unavailable: check that it runs, or try again later.',
  504: 'Its proxy waited too long for the service behind it: look at the log of both.',
};

function explain(status: number, host: string, nextStepOf: NextStepOf): string {
  if (status >= 300 && status < 400) {
    return `${host} answered ${status}, a redirect, which is not followed: set the webhook URL to the address it leads to.`;
  }
  const nextStep =
    nextStepOf(status) ??
    NEXT_STEPS[status] ??
    (status >= 500 ? 'Look at its own log: it failed there.' : 'Compare the request with what it expects.');
  return `${host} answered ${status}. ${nextStep}`;
}
