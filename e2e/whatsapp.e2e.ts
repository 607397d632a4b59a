import type { Page } from '@playwright/test';
import twilio from 'twilio';
import { closedPort, startReceiver } from '../src/testing/receivers.ts';
import { accountOf, MESSAGE_SID, messageMade, refusedWith, TWILIO } from '../src/testing/twilio-double.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

const ADMIN = { email: 'ada@example.com', password: 'correct horse battery' };

/** Hears everything that a page is answered: documents, data, scripts' requests. */
function hearAnswers(page: Page): () => Promise<string> {
  const answers: Promise<string>[] = [];
  page.on('response', (response) => {
    answers.push(response.text().catch(() => ''));
  });
  return async () => (await Promise.all(answers)).join('\n');
}

test('somebody makes a Twilio connector, checks its credentials, sends, and sees what becomes of the message', async ({
  openPage,
  withConsole,
  permit,
}) => {
  permit(/status of 400/);
  await using double = await startReceiver(accountOf());
  const port = await closedPort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PORT: String(port),
    PUBLIC_URL: url,
    EGRESS_ALLOW: '127.0.0.1',
    TWILIO_BASE_URL: double.url,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    LOG_LEVEL: 'trace',
  };
  await withConsole(env, async (running) => {
    const page = await openPage({ baseURL: url });
    const heard = hearAnswers(page);
    const sources: string[] = [];
    const keepSource = async () => sources.push(await page.content());
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();

    await test.step('is told beside the fields what does not fit together', async () => {
      await page.getByRole('link', { name: 'New connector' }).click();
      await page.getByRole('link', { name: 'Twilio WhatsApp' }).click();
      await expect(page.getByRole('heading', { name: 'New Twilio WhatsApp connector' })).toBeVisible();
      await expectNoAxeViolations(page);
      await page.getByLabel('Name').fill('WhatsApp alerts');
      await page.getByLabel('Account SID').fill(TWILIO.account_sid);
      await page.getByLabel('From').fill('0170 1234567');
      const create = page.getByRole('button', { name: 'Create connector' });
      await create.click();
      await expect(page.getByLabel('From')).toHaveAccessibleDescription(/use the E\.164 format, such as \+14155238886/);
      await page.getByLabel('From').fill('+1 415 523 8886');
      await create.click();
      await expect(page.getByLabel('Auth token')).toHaveAccessibleDescription(/or an API key with its secret/);
      await page.getByLabel('Auth token').fill(TWILIO.auth_token);
      await create.click();
      await expect(page.getByRole('heading', { name: 'WhatsApp alerts', level: 1 })).toBeVisible();
      await keepSource();
    });

    await test.step('checks the credentials, and reads of the sandbox and the 24-hour window', async () => {
      await page.getByRole('tab', { name: 'Configuration' }).click();
      await page.getByRole('button', { name: 'Check credentials' }).click();
      await expect(page.getByText('The credentials work')).toBeVisible();
      await expect(page.getByText('Acme Analytics', { exact: true })).toBeVisible();
      await expect(page.getByText('The 24-hour window')).toBeVisible();
      await expect(page.getByText('To try it: the sandbox')).toBeVisible();
      await expectNoAxeViolations(page);
      double.answerWith(refusedWith(20003, 'Authenticate'));
      await page.getByRole('button', { name: 'Check credentials' }).click();
      await expect(page.getByRole('region', { name: 'Credentials' }).getByRole('alert')).toContainText(
        'Twilio rejected these credentials.',
      );
      await keepSource();
    });

    await test.step('is told in plain words why Twilio refuses, and what to do', async () => {
      await page.getByRole('tab', { name: 'Test' }).click();
      double.answerWith(refusedWith(63_016, 'Failed to send freeform message'));
      await page.getByLabel('To', { exact: true }).fill('+491701234567');
      await page.getByLabel('Body', { exact: true }).fill('Your secret-report-text is ready.');
      await page.getByRole('button', { name: 'Send test' }).click();
      const answer = page.getByRole('region', { name: 'Answer' });
      await expect(answer.getByRole('alert')).toContainText('only allowed within 24 hours');
      await expect(answer.getByRole('alert')).toContainText('Send an approved content template');
      await expect(answer.getByRole('alert')).toContainText('provider code 63016');
      await expectNoAxeViolations(page);
    });

    await test.step('sends, and sees queued → sent → delivered → read', async () => {
      double.answerWith(messageMade());
      await page.getByRole('button', { name: 'Send test' }).click();
      await expect(page.getByRole('region', { name: 'Answer' })).toContainText('201 Accepted');
      const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      for (const MessageStatus of ['sent', 'delivered', 'read']) {
        const form = { MessageSid: MESSAGE_SID, MessageStatus, AccountSid: TWILIO.account_sid };
        const path = `/api/twilio/status/${id}`;
        const signature = twilio.getExpectedTwilioSignature(TWILIO.auth_token, `${url}${path}`, form);
        const told = await page.request.post(path, { form, headers: { 'x-twilio-signature': signature } });
        expect(told.status()).toBe(204);
        const forged = await page.request.post(path, { form, headers: { 'x-twilio-signature': 'bm9uZQ==' } });
        expect(forged.status()).toBe(403);
      }
      await page.getByRole('tab', { name: 'History' }).click();
      await page.reload();
      await page.getByRole('button', { name: 'Read' }).click();
      const drawer = page.getByRole('dialog', { name: 'Send' });
      await expect(drawer.getByRole('listitem')).toContainText(['Queued', 'Sent', 'Delivered', 'Read']);
      await expect(drawer.getByRole('region', { name: 'Request body' })).toContainText('secret-report-text');
      await expectNoAxeViolations(page);
      await keepSource();
    });

    await test.step('and the token is in no log, no answer, no error and no page', async () => {
      const basic = Buffer.from(`${TWILIO.account_sid}:${TWILIO.auth_token}`).toString('base64');
      expect(double.requests.at(-1)?.headers.authorization, 'what is looked for was sent').toBe(`Basic ${basic}`);
      const logs = running.output();
      const everything = [logs, await heard(), ...sources];
      expect(everything.join('').length).toBeGreaterThan(10_000);
      for (const secret of [TWILIO.auth_token, basic])
        for (const text of everything) expect(text).not.toContain(secret);
      expect(logs, 'what messages say').not.toContain('secret-report-text');
    });
  });
});
