import type { Outputs } from '#client/console-api.ts';
import { StateLabel } from '#ui/state-label.tsx';

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

type Outcome = { ok: boolean; status: number | null; code: ErrorCode | null };

/** How a send ended: "200 Delivered", "500 HTTP error", "Timed out". */
export function SendOutcome({ ok, status, code }: Outcome) {
  const word = ok ? 'Delivered' : FAILURE[code ?? 'http_error'];
  return <StateLabel tone={ok ? 'success' : 'failure'}>{status === null ? word : `${status} ${word}`}</StateLabel>;
}
