import { readFile } from 'node:fs/promises';
import type { APIRequestContext, Page } from '@playwright/test';
import { verifyBodySignature, verifyStandardSignature } from '../src/core/signing/signature.ts';
import { silence } from '../src/testing/receiver-answers.ts';
import type { Receiver } from '../src/testing/receivers.ts';
import { uniqueName } from '../src/testing/test-platform.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';
import { expectStill, watchShifts } from './layout-shift.ts';

test('an administrator subscribes a receiver, sees a delivery fail twice and then arrive, and sends it again', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  let secret = '';
  await test.step('is told which address may not be reached, and why', async () => {
    await page.goto('/webhooks');
    await page.getByRole('link', { name: 'New webhook' }).first().click();
    const types = page.getByRole('combobox', { name: 'Event types' });
    await types.fill('recipe.run.failed');
    await types.press('Enter');
    await types.press('Escape');
    await page.getByText('recipe.run.failed A recipe run failed').click();
    await expect(page.getByRole('region', { name: 'Example of recipe.run.failed' })).toContainText('"run_id"');
    const address = page.getByRole('textbox', { name: 'Receiver' });
    await address.fill('https://10.0.0.7/hooks');
    await expect(page.getByText('10.0.0.7 is private')).toBeVisible();
    await address.fill(`${receiver.url}/hooks`);
    await expect(page.getByText('This address may be reached')).toBeVisible();
    await expectNoAxeViolations(page);
  });

  await test.step('sees which of the latest events a filter would let through', async () => {
    for (const error of ['none of this', 'column missing'])
      await rest.post('/api/events', {
        data: { event_type: 'recipe.run.failed', data: { run_id: 'r', recipe_id: `e2e-${error}`, error } },
      });
    await page.getByLabel('Filter').fill('{"error": {"prefix": "column"}, "recipe_id": {"prefix": "e2e-"}}');
    await expect(page.getByText(/^1 of the latest \d+ events? of these types would be sent\.$/)).toBeVisible();
  });

  await test.step('sees the secret once', async () => {
    await page.getByRole('button', { name: 'Create webhook' }).click();
    const field = page.getByRole('textbox', { name: 'Signing secret' });
    await expect(field).toHaveValue(/^whsec_/);
    secret = await field.inputValue();
    await page.getByRole('tab', { name: 'Python' }).click();
    await expect(page.getByRole('region', { name: 'Python code' })).toContainText('hmac.compare_digest');
    await expectNoAxeViolations(page);
  });

  await test.step('sends a test, and sees the answer', async () => {
    await page.getByRole('button', { name: 'Send test event' }).click();
    await expect(page.getByRole('region', { name: 'Answer' })).toContainText('200 Delivered');
    const request = receiver.requests.at(-1);
    expect(verifyBodySignature(secret, String(request?.headers['x-honeyframe-signature']), request?.body ?? '')).toBe(
      true,
    );
    await expectNoAxeViolations(page);
  });

  await test.step('watches an event fail twice and then arrive', async () => {
    await page.getByRole('link', { name: 'To its deliveries' }).click();
    let failures = 2;
    receiver.answerWith((response) => {
      failures -= 1;
      response
        .writeHead(failures >= 0 ? 500 : 200, { 'content-type': 'application/json' })
        .end('{"note":"<b>text</b>"}');
    });
    await rest.post('/api/events', {
      data: { event_type: 'recipe.run.failed', data: { run_id: 'r', recipe_id: 'e2e-live', error: 'column missing' } },
    });
    const row = page.getByRole('table', { name: 'Deliveries' }).getByRole('row').nth(1);
    await expect(row).toContainText(/Pending|Retrying/);
    await expect(row).toContainText('Delivered', { timeout: 40_000 });
    await expect(row).toContainText('200');
    await expectNoAxeViolations(page);
    await row.getByRole('link').click();
  });

  await test.step('sees every attempt to the letter, and sends the event again', async () => {
    await expect(page.getByRole('heading', { name: 'recipe.run.failed', level: 1 })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Attempt 3: 200' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Response body of attempt 3' })).toContainText('<b>text</b>');
    await page.getByRole('button', { name: 'Attempt 1: 500' }).click();
    await expect(
      page.getByText('It failed inside: its log at this time says why.').filter({ visible: true }),
    ).toBeVisible();
    await expectNoAxeViolations(page);
    await page.getByRole('button', { name: 'Copy as cURL' }).click();
    await expect(page.getByRole('button', { name: /Copy as cURL/ })).toContainText('Copied');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('X-Honeyframe-Signature: ');
    const before = receiver.requests.length;
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect(page.getByText('The event is sent again. This is its new delivery.')).toBeVisible();
    await expect.poll(() => receiver.requests.length).toBe(before + 1);
  });
});

test('a retry of a delivery that waits sends it now, once; an answer that is no text is shown by its bytes', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  const image = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52]);
  let failures = 1;
  receiver.answerWith((response) => {
    failures -= 1;
    if (failures >= 0) response.writeHead(503, { 'retry-after': '3600' }).end();
    else response.writeHead(200, { 'content-type': 'image/png' }).end(image);
  });
  const data = { event_type: 'dataset.updated', target_url: `${receiver.url}/waits` };
  const { id } = await (await rest.post('/api/webhooks', { data })).json();
  await rest.post('/api/events', { data: { event_type: 'dataset.updated', data: { dataset_id: 'dataset-4' } } });
  const deliveries = async () => (await (await rest.get(`/api/webhooks/${id}/deliveries`)).json()).items;
  await expect.poll(async () => (await deliveries())[0]?.attempt_count).toBe(1);
  await page.goto(`/deliveries/${(await deliveries())[0].id}`);
  await page.getByRole('button', { name: 'Retry now' }).dblclick();
  await expect(page.getByText('This delivery is sent now instead of at its next retry.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Attempt 2: 200' })).toBeVisible();
  expect(await deliveries()).toMatchObject([{ status: 'delivered', attempt_count: 2 }]);
  await page.reload();
  await expect(page.getByRole('region', { name: 'Response body of attempt 2' })).toContainText(
    '0000  89 50 4e 47 0d 0a 1a 0a 00 00 00 0d 49 48 44 52  .PNG........IHDR',
  );
  await expect(page.getByText('This body is not text: image/png, 16 bytes.')).toBeVisible();
  await expectNoAxeViolations(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('response-body.png');
  expect(await readFile(await download.path())).toEqual(image);
  await rest.delete(`/api/webhooks/${id}`);
});

test('a 410 disables a webhook, and there is a way back', async ({ signedIn: page, receiver, rest }) => {
  receiver.answerWith((response) => response.writeHead(410).end());
  const data = { event_type: 'dashboard.unpublished', target_url: `${receiver.url}/gone`, description: 'Gone away' };
  const { id } = await (await rest.post('/api/webhooks', { data })).json();
  await rest.post('/api/events', {
    data: { event_type: 'dashboard.unpublished', data: { dashboard_id: 'dashboard-9' } },
  });
  await page.goto(`/webhooks/${id}`);
  await expect(page.getByRole('main').getByRole('alert')).toContainText('The receiver answered 410');
  await expectNoAxeViolations(page);
  await page.goto('/webhooks?search=Gone');
  await expect(page.getByRole('table', { name: 'Webhooks' }).getByRole('row').nth(1)).toContainText('Disabled');
  receiver.answerWith((response) => response.end());
  await page.getByRole('link', { name: 'Gone away' }).click();
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(page.getByText('Events are sent again.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
});

test('a receiver that hangs is told as a timeout with what to do; the secret is changed; deletion asks for the name', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  test.setTimeout(120_000);
  receiver.answerWith(silence);
  const data = { event_type: 'dashboard.published', target_url: `${receiver.url}/slow`, description: 'Slow one' };
  const { id } = await (await rest.post('/api/webhooks', { data })).json();
  await page.goto(`/webhooks/${id}?tab=test`);
  await page.getByRole('button', { name: 'Send test event' }).click();
  const answer = page.getByRole('region', { name: 'Answer' });
  await expect(answer).toContainText('did not answer within 15 s', { timeout: 30_000 });
  await expect(answer).toContainText('Let the receiver answer first');
  await page.getByRole('tab', { name: 'Settings' }).click();
  await expectNoAxeViolations(page);
  await page.getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate secret' }).click();
  await expect(page.getByRole('textbox', { name: 'Signing secret' })).toHaveValue(/^whsec_/);
  await page.getByRole('button', { name: 'Delete webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(new URL(receiver.url).host);
  await dialog.getByRole('button', { name: 'Delete webhook' }).click();
  await expect(page.getByText('The webhook is deleted.')).toBeVisible();
  await expect(page).toHaveURL('/webhooks');
});

test('during a rotation a receiver with the old secret and one with the new both verify', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  const data = { event_type: 'dataset.created', target_url: `${receiver.url}/hooks`, description: 'Rotates' };
  const { id, secret: old } = await (await rest.post('/api/webhooks', { data })).json();
  await page.goto(`/webhooks/${id}?tab=settings`);
  await page.getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate secret' }).click();
  const field = page.getByRole('textbox', { name: 'Signing secret' });
  await expect(field).toHaveValue(/^whsec_/);
  const fresh = await field.inputValue();
  expect(fresh).not.toBe(old);
  await rest.post('/api/events', { data: { event_type: 'dataset.created', data: { dataset_id: 'dataset-5' } } });
  await page.getByRole('tab', { name: 'Deliveries' }).click();
  await expect(page.getByRole('table', { name: 'Deliveries' }).getByRole('row').nth(1)).toContainText('Delivered');
  const request = receiver.requests.at(-1);
  const message = {
    id: String(request?.headers['webhook-id']),
    timestamp: Number(request?.headers['webhook-timestamp']),
    body: request?.body ?? '',
  };
  for (const secret of [old, fresh]) {
    expect(verifyBodySignature(secret, String(request?.headers['x-honeyframe-signature']), message.body)).toBe(true);
    const standard = String(request?.headers['webhook-signature']);
    expect(verifyStandardSignature(secret, standard, message, Date.now() / 1000)).toBe(true);
  }
});

test('what the preview of a filter says is what is then delivered', async ({ signedIn: page, receiver, rest }) => {
  const kinds = ['nightly', 'manual', 'nightly', 'retry'];
  const publish = () =>
    Promise.all(
      kinds.map((trigger, index) =>
        rest.post('/api/events', {
          data: { event_type: 'recipe.run.started', data: { run_id: `run-${index}`, recipe_id: 'preview', trigger } },
        }),
      ),
    );
  await publish();
  await page.goto('/webhooks/new');
  const types = page.getByRole('combobox', { name: 'Event types' });
  await types.fill('recipe.run.started');
  await types.press('Enter');
  await types.press('Escape');
  await page.getByRole('textbox', { name: 'Receiver' }).fill(`${receiver.url}/hooks`);
  await page.getByLabel('Filter').fill('{"recipe_id": "preview", "trigger": {"in": ["nightly", "retry"]}}');
  await expect(page.getByText(/^3 of the latest \d+ events? of these types would be sent\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await expect(page.getByRole('textbox', { name: 'Signing secret' })).toHaveValue(/^whsec_/);
  await publish();
  await expect.poll(() => receiver.requests.length).toBe(3);
  const got: string[] = receiver.requests.map(({ body }) => JSON.parse(body).data.trigger);
  expect(got.sort((one, other) => one.localeCompare(other))).toEqual(['nightly', 'nightly', 'retry']);
});

test('a tail at 300 deliveries a second stays of a size, and holds still when it is told to', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  test.setTimeout(120_000);
  const data = { event_type: 'dashboard.published', target_url: `${receiver.url}/hooks`, concurrency: 50 };
  const { id } = await (await rest.post('/api/webhooks', { data })).json();
  await page.goto(`/webhooks/${id}`);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
    }).observe({ type: 'longtask' });
  });
  const begun = performance.now();
  const flood = (async () => {
    for (let sent = 0; sent < 2_400; sent += 60) {
      const events = Array.from({ length: 60 }, (_, index) => ({
        event_type: 'dashboard.published',
        data: { dashboard_id: `dashboard-${sent + index}`, dashboard_name: 'Sales' },
      }));
      await rest.post('/api/events/batch', { data: { events } });
      const aheadMs = (1_000 * (sent + 60)) / 300 - (performance.now() - begun);
      if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    }
  })();
  const rows = page.getByRole('table', { name: 'Deliveries' }).locator('tbody tr');
  await expect.poll(() => receiver.requests.length).toBeGreaterThan(600);
  const more = page.getByRole('button', { name: / new$/ });
  await expect(async () => {
    await more.click();
    expect(await rows.count()).toBeGreaterThan(10);
  }).toPass();
  await page.getByRole('button', { name: 'Pause updates' }).click();
  await expect(page.getByText('Paused', { exact: true })).toBeVisible();
  let shown: string | null = null;
  // An answer that was on its way may still come; from then on, hundreds of deliveries change nothing.
  await expect(async () => {
    shown = await rows.first().getByRole('link').getAttribute('href');
    const before = receiver.requests.length;
    await expect.poll(() => receiver.requests.length).toBeGreaterThan(before + 300);
    expect(await rows.first().getByRole('link').getAttribute('href')).toBe(shown);
  }).toPass();
  await page.getByRole('button', { name: 'Resume updates' }).click();
  await flood;
  await expect.poll(() => receiver.requests.length, { timeout: 30_000 }).toBe(2_400);
  await more.click();
  await expect(rows.first().getByRole('link')).not.toHaveAttribute('href', shown ?? '');
  expect(await rows.count(), 'the rows in view, and some around them').toBeLessThan(60);
  const seconds = (performance.now() - begun) / 1_000;
  const tasks = await page.evaluate(() => Reflect.get(window, 'tasks'));
  console.log(`2,400 deliveries in ${seconds.toFixed(1)} s; tasks of the page over 50 ms: ${JSON.stringify(tasks)}`);
});

const LONG = 'with-a-long-name-'.repeat(5);

/** Everything a page of webhooks can show, with names as long as they get. */
async function showcase(rest: APIRequestContext, receiver: Receiver): Promise<string[]> {
  // Of its own, so that no webhook of another story gets the event and changes what is seen.
  const event_type = `${uniqueName('showcase')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')}.happened`;
  expect((await rest.put(`/api/event-types/${event_type}`, { data: {} })).ok()).toBe(true);
  const data = { event_type, target_url: `${receiver.url}/${LONG}`, description: LONG };
  const { id } = await (await rest.post('/api/webhooks', { data })).json();
  const paused = await (await rest.post('/api/webhooks', { data })).json();
  expect((await rest.post(`/api/webhooks/${paused.id}/pause`)).status()).toBe(200);
  const example = { run_id: LONG, recipe_id: 'recipe-17' };
  expect((await rest.post('/api/events', { data: { event_type, data: example } })).status()).toBe(202);
  await expect.poll(() => receiver.requests.length).toBe(1);
  const { items } = await (await rest.get(`/api/webhooks/${id}/deliveries`)).json();
  return [
    '/webhooks',
    '/webhooks/new',
    `/webhooks/${id}`,
    `/webhooks/${id}?tab=test`,
    `/webhooks/${id}?tab=settings`,
    `/deliveries/${items[0].id}`,
    '/events',
    `/events/new?type=${event_type}`,
    `/events/${items[0].event_id}`,
    '/events/types',
    `/events/types/${event_type}`,
    '/events/types/new',
  ];
}

// At 1280 pixels e2e/every-page.e2e.ts looks at all pages.
test('the pages of webhooks and events fit a phone, with long names and the longest times, and nothing jumps while they load', async ({
  openPage,
  adminState,
  receiver,
  rest,
  console: running,
}) => {
  const addresses = await showcase(rest, receiver);
  const page = await openPage({
    baseURL: running.url,
    storageState: adminState,
    viewport: { width: 390, height: 844 },
    reducedMotion: 'reduce',
  });
  await watchShifts(page);
  for (const address of addresses) {
    await visit(page, address);
    await expectStill(page, address);
  }
  // Times are at their longest then, which the server doesn't know as it renders them.
  await page.clock.setFixedTime(Date.now() + 50 * 60_000);
  for (const address of addresses) {
    await visit(page, address);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, address).toBe(0);
  }
});

async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
}
