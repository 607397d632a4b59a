import { json } from '../src/testing/receiver-answers.ts';
import { closedPort } from '../src/testing/receivers.ts';
import { expect, test } from './fixtures.ts';

test('a send that fails says why and what to do', async ({ signedIn: page, receiver, makeConnector }) => {
  const answer = page.getByRole('region', { name: 'Answer' });
  const sendThrough = async (url: string) => {
    const { id } = await makeConnector({ url });
    await page.goto(`/connectors/${id}`);
    await page.getByLabel('Message').fill('Customer X just signed up');
    await page.getByRole('button', { name: 'Send test' }).click();
    return id;
  };

  await test.step('a 500 shows its body', async () => {
    receiver.answerWith(json({ message: 'Workflow could not be started' }, 500));
    await sendThrough(receiver.url);
    await expect(answer).toContainText('500 HTTP error');
    await expect(answer.getByRole('alert')).toContainText('The failure is on its side: check its log.');
    await expect(answer.getByRole('region', { name: 'Response body' })).toContainText('Workflow could not be started');
  });

  await test.step('a closed port', async () => {
    await sendThrough(`http://127.0.0.1:${await closedPort()}/webhook`);
    await expect(answer).toContainText('Connection refused');
    await expect(answer.getByRole('alert')).toContainText('Check the host and the port');
  });

  await test.step('an address of a private network', async () => {
    const id = await sendThrough('http://10.0.0.1/webhook');
    await expect(answer).toContainText('Blocked address');
    await expect(answer.getByRole('alert')).toContainText(/10\.0\.0\.1 is .*private.*, which is not allowed/);
    await page.goto(`/connectors/${id}?tab=history`);
    await page.getByRole('button', { name: 'Blocked address' }).click();
    await expect(page.getByRole('dialog', { name: 'Send' }).getByRole('alert')).toContainText('is not allowed');
  });
});

test('a disabled connector sends nothing, and says so', async ({ signedIn: page, receiver, makeConnector, rest }) => {
  const { id, name } = await makeConnector();
  await page.goto(`/connectors/${id}`);
  await page.getByRole('switch', { name: 'Enabled' }).click();
  await expect(page.getByText(`${name} is disabled: it sends nothing.`)).toBeVisible();
  await expect(page.getByText('This connector is disabled: enable it to send.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send test' })).toBeDisabled();

  const answer = await rest.post(`/api/connectors/${id}/test`, { data: { message: 'anybody there?' } });
  expect(await answer.json()).toMatchObject({ ok: false, status: null, error: { code: 'disabled' } });
  expect(receiver.requests).toEqual([]);

  await page.reload();
  await page.getByRole('switch', { name: 'Enabled' }).click();
  await expect(page.getByText(`${name} is enabled.`)).toBeVisible();
  await page.getByLabel('Message').fill('Back again');
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('200 Delivered');
});
