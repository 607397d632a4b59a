import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { startHoleProxy } from '../src/testing/hole-proxy.ts';
import type { Receiver } from '../src/testing/receivers.ts';
import { uniqueName } from '../src/testing/test-platform.ts';
import { reportViolations, uniqueHost } from './csp-violations.ts';
import { expect, test } from './fixtures.ts';

/** What a browser without a network complains of. */
const OFFLINE =
  /ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED|FAILED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_\w+)/;

const state = (page: Page, words: string) => page.getByRole('status').getByText(words, { exact: true });

type Live = {
  address: string;
  /** Whether the page says that it is live, beside the network's state. */
  says?: boolean;
  /** What happens while the browser is offline. */
  happens: () => Promise<unknown>;
  /** What then is on the page. */
  shows: (page: Page) => Locator;
};

type Parts = { rest: APIRequestContext; receiver: Receiver };

const LIVE_PAGES: Record<string, (parts: Parts) => Promise<Live>> = {
  'the deliveries of a webhook': async ({ rest, receiver }) => {
    const { id } = await subscribe(rest, receiver);
    return {
      address: `/webhooks/${id}`,
      says: true,
      happens: () => publish(rest),
      shows: (page) => page.getByRole('table', { name: 'Deliveries' }).getByText('Delivered'),
    };
  },
  'the stream of CSP reports': async ({ rest }) => {
    const host = uniqueHost('offline');
    return {
      address: `/csp/stream?q=${host}`,
      says: true,
      happens: () => reportViolations(rest, [{ blocked: `https://${host}/1.js` }]),
      shows: (page) => page.getByText('1 line', { exact: true }),
    };
  },
  'the list of webhooks': async ({ rest, receiver }) => {
    const { id } = await subscribe(rest, receiver);
    const description = uniqueName('Renamed');
    return {
      address: '/webhooks',
      happens: () => rest.patch(`/api/webhooks/${id}`, { data: { description } }),
      shows: (page) => page.getByRole('link', { name: description }),
    };
  },
  'the list of events': async ({ rest }) => {
    const type = `live.${uniqueName('e').replace(' ', '_')}`;
    await rest.put(`/api/event-types/${type}`, { data: {} });
    return {
      address: `/events?type=${type}`,
      happens: () => rest.post('/api/events', { data: { event_type: type, data: {} } }),
      shows: (page) => page.getByRole('table', { name: 'Events' }).getByText(type.slice(5)),
    };
  },
  'an event': async (parts) => {
    const { webhook, event } = await pending(parts);
    return {
      address: `/events/${event}`,
      happens: () => parts.rest.post(`/api/webhooks/${webhook}/resume`),
      shows: (page) => page.getByRole('table', { name: 'Deliveries' }).getByText('Delivered'),
    };
  },
  'a delivery': async (parts) => {
    const { webhook, delivery } = await pending(parts);
    return {
      address: `/deliveries/${delivery}`,
      happens: () => parts.rest.post(`/api/webhooks/${webhook}/resume`),
      shows: (page) => page.getByText('Attempt 1: 200'),
    };
  },
  'the list of pipeline runs': async ({ rest }) => {
    const recipe_name = uniqueName('Recipe');
    return {
      address: '/sources/runs',
      happens: () => rest.post('/api/pipeline/runs', { data: { recipe_id: 'r', recipe_name, status: 'running' } }),
      shows: (page) => page.getByRole('button', { name: recipe_name }),
    };
  },
  'the change stream': async ({ rest }) => ({
    address: '/sources',
    happens: () => rest.post('/api/source/pause'),
    shows: (page) => page.getByText('Paused', { exact: true }).first(),
  }),
  'the overview of CSP reports': async ({ rest }) => {
    await reportViolations(rest, [{ blocked: `https://${uniqueHost('before')}/1.js` }]);
    const host = uniqueHost('meanwhile');
    return {
      // Of all that this console got, its page shows the commonest.
      address: `/csp?q=${host}`,
      happens: () => reportViolations(rest, [{ blocked: `https://${host}/1.js` }]),
      shows: (page) => page.getByRole('table').getByText(host).first(),
    };
  },
};

async function subscribe(rest: APIRequestContext, receiver: Receiver): Promise<{ id: string }> {
  const data = { event_type: 'dashboard.published', target_url: `${receiver.url}/hooks` };
  return (await rest.post('/api/webhooks', { data })).json();
}

async function publish(rest: APIRequestContext): Promise<{ id: string }> {
  const data = { event_type: 'dashboard.published', data: { dashboard_id: 'd-1', dashboard_name: 'Sales' } };
  const answer = await rest.post('/api/events', { data });
  expect(answer.status()).toBe(202);
  return answer.json();
}

/** A delivery that waits, since its webhook is paused. */
async function pending({ rest, receiver }: Parts) {
  const { id: webhook } = await subscribe(rest, receiver);
  await rest.post(`/api/webhooks/${webhook}/pause`);
  await publish(rest);
  const { items } = await (await rest.get(`/api/webhooks/${webhook}/deliveries`)).json();
  return { webhook, delivery: items[0].id as string, event: items[0].event_id as string };
}

for (const [name, make] of Object.entries(LIVE_PAGES)) {
  test(`${name}: without a network the page says so, and it catches up when the network is back`, async ({
    signedIn: page,
    rest,
    receiver,
    permit,
  }) => {
    permit(OFFLINE);
    const { address, says = false, happens, shows } = await make({ rest, receiver });
    await page.goto(address);
    if (says) await expect(state(page, 'Live')).toBeVisible();
    await expect(shows(page)).toBeHidden();
    await page.context().setOffline(true);
    await expect(page.getByRole('status', { name: 'Network' })).toContainText(/Offline since \d\d:\d\d:\d\d/);
    if (says) await expect(state(page, 'Offline')).toBeVisible();
    await happens();
    await page.context().setOffline(false);
    await expect(shows(page)).toBeVisible();
    await expect(page.getByRole('status', { name: 'Network' })).toBeEmpty();
    if (says) await expect(state(page, 'Live')).toBeVisible();
    if (address === '/sources') await rest.post('/api/source/resume');
  });
}

test('a stream that goes silent without an end is told as connecting within seconds, and misses nothing', async ({
  console: running,
  openPage,
  adminState,
  rest,
  receiver,
  permit,
}) => {
  permit(OFFLINE);
  await using proxy = await startHoleProxy(running.url);
  const baseURL = new URL(proxy.through(running.url)).origin;
  const { id } = await subscribe(rest, receiver);
  const page = await openPage({ baseURL, storageState: adminState });
  // What Next fetches ahead would hang, too, and take the six connections that a browser has for a server.
  await page.route(/_rsc=/, (route) => route.abort());
  const connected = () => expect(state(page, 'Live')).toBeVisible();
  await page.goto(`/webhooks/${id}`);
  await connected();
  proxy.open('to_client');
  await expect(state(page, 'Connecting…')).toBeVisible();
  await publish(rest);
  proxy.heal();
  await connected();
  await expect(page.getByRole('table', { name: 'Deliveries' }).getByText('Delivered')).toBeVisible();
});

test('a page that is paused says so, and shows on resuming what came meanwhile', async ({
  signedIn: page,
  rest,
  receiver,
}) => {
  const { id } = await subscribe(rest, receiver);
  await page.goto(`/webhooks/${id}`);
  await expect(state(page, 'Live')).toBeVisible();
  await page.getByRole('button', { name: 'Pause updates' }).click();
  await expect(state(page, 'Paused')).toBeVisible();
  await publish(rest);
  await expect.poll(() => receiver.requests.length).toBe(1);
  await page.getByRole('button', { name: 'Resume updates' }).click();
  await expect(page.getByRole('table', { name: 'Deliveries' }).getByText('Delivered')).toBeVisible();
});
