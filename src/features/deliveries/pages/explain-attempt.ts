type Failed = { response: { status: number } | null; error: { code: string } | null };

/** By the error's code, and for answers by their status: the likely cause and the next step. */
const BY_CODE: Record<string, string> = {
  timeout: 'Let the receiver answer first and work afterwards, with a queue between.',
  dns_error: 'Check that the name is spelled right and has a public record.',
  connection_refused: 'Nothing listens there: check that the service runs, and its port.',
  connection_reset: 'Look for a proxy or a firewall in between that hangs up, and at the log of the service.',
  tls_error: 'Renew or complete the certificate, with all of its chain.',
  blocked_address: 'If the receiver is meant to be private, have EGRESS_ALLOW name it.',
  not_stored:
    'The request was made, and only its details are lost. Look in the log of the worker for what the database refused.',
  not_sent: 'Nothing was sent. Check the headers of the webhook, and look in the log of the worker.',
  invalid_response: 'The response is not valid HTTP. Check the port, and any proxy in front of the receiver.',
};

const BY_STATUS: readonly { from: number; to: number; words: string }[] = [
  { from: 301, to: 308, words: 'Change the address of the webhook to where it leads.' },
  { from: 401, to: 401, words: 'It wants a credential: give it as a header of the webhook, or compare the secret.' },
  { from: 403, to: 403, words: 'A rule there refuses us: compare the secret, and look at its firewall.' },
  { from: 404, to: 404, words: 'There is no such path: compare it with the routes of the receiver.' },
  { from: 405, to: 405, words: 'It takes no POST at this path.' },
  {
    from: 408,
    to: 408,
    words: 'The receiver waited for the request, but did not get it. Check any proxy in front of it.',
  },
  { from: 413, to: 413, words: 'Raise the size that it takes; an event may have 256 KiB.' },
  { from: 415, to: 415, words: 'It must take application/json.' },
  { from: 400, to: 499, words: 'It did not like the request: its log says why.' },
  { from: 502, to: 504, words: 'A proxy in front of the service can’t reach it. Check that the service is running.' },
  { from: 500, to: 599, words: 'It failed inside: its log at this time says why.' },
];

/** What probably is the cause of a failed attempt, and what to do. An empty text for what needs no advice. */
export function explainAttempt({ response, error }: Failed): string {
  if (!error) return '';
  const status = response?.status;
  const byStatus = BY_STATUS.find(({ from, to }) => status !== undefined && status >= from && status <= to);
  return BY_CODE[error.code] ?? byStatus?.words ?? '';
}
