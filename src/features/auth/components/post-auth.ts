/** What the sign-in library answered: done, or one sentence that says why not. */
export type AuthAnswer = { ok: true } | { ok: false; status: number; code: string; message: string };

const UNREACHABLE = 'The console does not answer. Check the connection and try again.';

/**
 * Posts to the sign-in library's own routes.
 * @returns `status` 0 when no answer came; never throws.
 */
export async function postAuth(path: string, body: Record<string, unknown>): Promise<AuthAnswer> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) return { ok: true };
    const answer = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
    const message =
      response.status === 429
        ? waitMessage(response.headers, answer.message)
        : (answer.message ?? `The console answered with status ${response.status}.`);
    return { ok: false, status: response.status, code: answer.code ?? '', message };
  } catch {
    return { ok: false, status: 0, code: 'UNREACHABLE', message: UNREACHABLE };
  }
}

/** The server's own words when they say how long, else made of `Retry-After` (seconds, RFC 9110 section 10.2.3). */
function waitMessage(headers: Headers, message: string | undefined): string {
  if (message && /\d/.test(message)) return message;
  const seconds = Number(headers.get('retry-after'));
  if (!(seconds > 0)) return 'Too many tries. Wait a few minutes and try again.';
  const minutes = Math.ceil(seconds / 60);
  return `Too many tries. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
}
