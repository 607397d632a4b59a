import { createTransport } from 'nodemailer';
import type { Platform } from './scope.ts';

/** A text of a few sentences, with at most one link on a line of its own. */
export type Mail = { to: string; subject: string; text: string };

/** The timeout for connecting, and for each response of the mail server. A page waits as long. */
const TIMEOUT_MS = 10_000;

/**
 * Sends a mail by SMTP, once. Nodemailer is what everybody sends mail with from Node: it knows the servers' ways.
 * @returns `off` when no mail server is configured; `failed` when it did not take the mail, which is logged.
 */
export async function sendMail(
  { config, log }: Pick<Platform, 'config' | 'log'>,
  mail: Mail,
): Promise<'sent' | 'failed' | 'off'> {
  if (!config.smtp) return 'off';
  const transport = createTransport({
    url: config.smtp.url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ from: config.smtp.from, ...mail });
    return 'sent';
  } catch (error) {
    log.warn({ err: error, part: 'mail' }, 'A mail could not be sent');
    return 'failed';
  } finally {
    transport.close();
  }
}
