import type { Outputs } from '#client/console-api.ts';
import { StateLabel, type Tone } from '#ui/page/state-label.tsx';

type ErrorCode = NonNullable<NonNullable<Outputs['connectors']['get']['last_send']>['error_code']>;

/** What went wrong with a send, in a word or two. */
const FAILURE = {
  http_error: 'HTTP error',
  timeout: 'Timed out',
  dns_error: 'Unknown host',
  connection_refused: 'Connection refused',
  connection_reset: 'Connection reset',
  tls_error: 'TLS error',
  invalid_response: 'Invalid answer',
  blocked_address: 'Blocked address',
  response_too_large: 'Answer too large',
  provider_error: 'Provider error',
  disabled: 'Disabled',
} satisfies Record<ErrorCode, string>;

/** A message's status in a word, and how good it is. */
const PROVIDER_STATES: Record<string, readonly [Tone, string]> = {
  accepted: ['running', 'Accepted'],
  scheduled: ['running', 'Scheduled'],
  queued: ['running', 'Queued'],
  sending: ['running', 'Sending'],
  sent: ['running', 'Sent'],
  delivered: ['success', 'Delivered'],
  read: ['success', 'Read'],
  undelivered: ['failure', 'Undelivered'],
  failed: ['failure', 'Failed'],
  canceled: ['idle', 'Cancelled'],
};

type Outcome = { ok: boolean; status: number | null; code: ErrorCode | null; statuses?: readonly ProviderStatus[] };

type ProviderStatus = { status: string };

/** Taken is not delivered (RFC 9110, section 15.3.2 and 15.3.3). */
const wordOf = (status: number | null) => (status === 201 || status === 202 ? 'Accepted' : 'Delivered');

/** How a send ended: "200 Delivered", "500 HTTP error", "Timed out", "Read". */
export function SendOutcome({ ok, status, code, statuses = [] }: Outcome) {
  const last = statuses.at(-1);
  if (ok && last) return <ProviderState status={last.status} />;
  const word = ok ? wordOf(status) : FAILURE[code ?? 'http_error'];
  return <StateLabel tone={ok ? 'success' : 'failure'}>{status === null ? word : `${status} ${word}`}</StateLabel>;
}

/** The latest status from the provider: "Queued", "Read". */
export function ProviderState({ status }: ProviderStatus) {
  const [tone, word] = PROVIDER_STATES[status] ?? ['idle', status];
  return <StateLabel tone={tone}>{word}</StateLabel>;
}
