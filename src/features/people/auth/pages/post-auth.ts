/** The sign-in library's response: success, or one sentence that says why it failed. */
export type AuthAnswer =
  | { ok: true; body: Record<string, unknown> }
  | { ok: false; status: number; code: string; message: string; issues: { path: string[]; message: string }[] };

type Body = Record<string, unknown> & Partial<Pick<Extract<AuthAnswer, { ok: false }>, 'code' | 'message' | 'issues'>>;

const UNREACHABLE = 'The console does not answer. Check the connection and try again.';

/**
 * Posts to the sign-in library's own routes.
 * @returns `status` 0 if there was no response. Never throws.
 */
export async function postAuth(path: string, body: Record<string, unknown>): Promise<AuthAnswer> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = ((await response.json().catch(() => null)) ?? {}) as Body;
    if (response.ok) return { ok: true, body: answer };
    const message =
      response.status === 429
        ? waitMessage(response.headers, answer.message)
        : (answer.message ?? `The console answered with status ${response.status}.`);
    return { ok: false, status: response.status, code: answer.code ?? '', message, issues: answer.issues ?? [] };
  } catch {
    return { ok: false, status: 0, code: 'UNREACHABLE', message: UNREACHABLE, issues: [] };
  }
}

/** The server's message if it says how long to wait, otherwise one made from `Retry-After` (seconds, RFC 9110 section 10.2.3). */
function waitMessage(headers: Headers, message: string | undefined): string {
  if (message && /\d/.test(message)) return message;
  const seconds = Number(headers.get('retry-after'));
  if (!(seconds > 0)) return 'Too many tries. Wait a few minutes and try again.';
  const minutes = Math.ceil(seconds / 60);
  return `Too many tries. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
}
