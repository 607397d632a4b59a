import { uniqueName } from '../src/testing/test-platform.ts';
import { expect, test } from './fixtures.ts';

/** What a browser's JSON.parse and JSON.stringify change. */
const VALUES =
  '"id": 653247040368672768, "big": 1e400, "zero": -0, "one": 1.0, "long": 0.1000000000000000055, "__proto__": {"a": 9007199254740993}';
const SENT = `{${VALUES.replaceAll(': ', ':').replaceAll(', ', ',')}}`;
const SHOWN = [
  '"id": 653247040368672768',
  '"big": 1e400',
  '"zero": -0',
  '"one": 1.0',
  '"long": 0.1000000000000000055',
  '"__proto__": {',
  '"a": 9007199254740993',
];

test('numbers keep their digits on every page where JSON is typed or shown', async ({
  signedIn: page,
  receiver,
  rest,
  makeConnector,
}) => {
  receiver.answerWith((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(SENT);
  });
  const name = `values.${uniqueName('kept').toLowerCase().replace(/\W+/g, '_')}`;
  const shows = async (region: string) => {
    for (const text of SHOWN) await expect(page.getByRole('region', { name: region })).toContainText(text);
  };
  const holds = async (field: string) => {
    for (const text of SHOWN)
      await expect(page.getByRole('textbox', { name: field })).toHaveValue(new RegExp(text.replace(/[{.]/g, '\\$&')));
  };

  await test.step('the example of an event type', async () => {
    await page.goto('/events/types/new');
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page
      .getByRole('textbox', { name: 'JSON Schema' })
      .fill('{"properties": {"id": {"const": 653247040368672768}}}');
    await page.getByRole('textbox', { name: 'Example' }).fill(`{${VALUES}}`);
    await page.getByRole('button', { name: 'Create event type' }).click();
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await page.reload();
    await holds('Example');
    await expect(page.getByRole('textbox', { name: 'JSON Schema' })).toHaveValue(/"const": 653247040368672768/);
  });

  const subscribe = async (data: object) => (await (await rest.post('/api/webhooks', { data })).json()).id;
  const webhook = await subscribe({ event_type: [name], target_url: `${receiver.url}/hooks` });

  await test.step('an event that is published by hand', async () => {
    await page.goto(`/events/new?type=${name}`);
    await holds('Data');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await expect(page.getByText(/^Published to \d+ webhooks?\.$/)).toBeVisible();
    await shows('Body as sent');
    await expect.poll(() => receiver.requests.at(-1)?.body).toContain(`"data":${SENT}`);
  });

  await test.step('a test event of a webhook', async () => {
    await page.goto(`/webhooks/${webhook}?tab=test`);
    await holds('Data');
    await page.getByRole('button', { name: 'Send test event' }).click();
    await expect(page.getByRole('region', { name: 'Answer' })).toContainText('200 Delivered');
    expect(receiver.requests.at(-1)?.body).toContain(`"data":${SENT}`);
  });

  await test.step('a test of a connector, and what it answers', async () => {
    const { id } = await makeConnector();
    await page.goto(`/connectors/${id}`);
    await page.getByRole('textbox', { name: 'Message' }).fill('Values');
    await page.getByRole('textbox', { name: 'Metadata' }).fill(`{${VALUES}}`);
    await page.getByRole('button', { name: 'Send test' }).click();
    await shows('Response body');
    expect(receiver.requests.at(-1)?.body).toBe(`{"message":"Values","metadata":${SENT}}`);
  });

  await test.step('the filter of a webhook, and the log of its change', async () => {
    await page.goto(`/webhooks/${webhook}?tab=settings`);
    const filter = page.getByRole('textbox', { name: 'Filter' });
    await filter.fill('{"id": 653247040368672768, "big": {"gte": 1e300}, "one": 1.0}');
    await expect(page.getByText(/^1 of the latest 1 event of these types would be sent\.$/)).toBeVisible();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(async () => (await rest.get(`/api/webhooks/${webhook}`)).text())
      .toContain('"filter":{"id":653247040368672768,"big":{"gte":1e300},"one":1.0}');
    await page.reload();
    await expect(filter).toHaveValue(/"id": 653247040368672768,[\s\S]*"one": 1\.0/);
    await page.goto('/sources/audit-log?action=webhook.updated');
    await page.getByRole('table').getByRole('row').nth(1).click();
    await expect(page.getByText('653247040368672768').first()).toBeVisible();
  });
});
