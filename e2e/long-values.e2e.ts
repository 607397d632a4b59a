import type { Locator, Page } from '@playwright/test';
import { createApiKey } from '../src/features/people/api-keys/create-api-key.ts';
import { inviteMember } from '../src/features/people/members/invite-member.ts';
import { egressAllowFor } from '../src/platform/config.ts';
import { startReceiver } from '../src/testing/receivers.ts';
import { createTestUser } from '../src/testing/test-platform.ts';
import { until } from '../src/testing/until.ts';
import { openBesideConsole } from './beside-console.ts';
import { addressesOf, type Made, pageRoutes } from './console-pages.ts';
import type { Console } from './console-under-test.ts';
import { expect, test } from './fixtures.ts';
import { arrive, setUp } from './walk-console.ts';

const LETTERS = 80;
/** Without a space, and told apart at its end. */
const word = (end: string): string => `${'w'.repeat(LETTERS - end.length)}${end}`;
const EVENT_TYPE = `${'w'.repeat(40)}.${'w'.repeat(39)}`;
/** The longest that PostgreSQL takes. */
const TABLE = `w${'t'.repeat(62)}`;

/** Gives everything that has a name one of 80 letters. */
async function fill(page: Page, running: Console, made: Made, receiverUrl: string): Promise<Made> {
  await using platform = await disposable(running);
  const { database, pool } = platform;
  const organization = await database.organization.findFirstOrThrow();
  const owner = await database.user.findFirstOrThrow();
  await database.organization.update({ where: { id: organization.id }, data: { name: word('Organization') } });
  const email = `${'w'.repeat(60)}@${'w'.repeat(60)}.example`;
  await database.user.update({ where: { id: owner.id }, data: { name: word('Owner'), email } });
  const other = await createTestUser(platform, organization, 'member', { 'user-agent': word('Browser') });
  await database.user.update({
    where: { id: other.id },
    data: { name: word('Member'), email: `o${email}`, emailVerified: false },
  });
  const scope = {
    platform,
    organization_id: organization.id,
    actor: { type: 'user', id: owner.id, name: word('Owner') },
    ip: '2001:db8:1234:5678:9abc:def0:1234:5678',
    user_agent: word('Browser'),
    egressAllow: egressAllowFor(platform.config, null),
  } as const;
  await createApiKey(scope, { name: word('Key'), scopes: ['read', 'write', 'publish', 'invoke'] });
  await inviteMember(scope, 'owner', { email: `i${email}`, role: 'admin' });

  const headers = { origin: running.url };
  const send = async (method: 'POST' | 'PUT', path: string, data: object) => {
    const answer = await page.request.fetch(path, { method, headers, data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  const connector = await send('POST', '/api/connectors', {
    name: word('Connector'),
    type: 'n8n_webhook',
    config: { webhook_url: `${receiverUrl}/${word('Path')}` },
  });
  await send('POST', `/api/connectors/${connector.id}/test`, { message: word('Message') });
  await send('POST', '/api/tools/invoke', {
    tool: 'trigger_n8n_workflow',
    arguments: { connector_id: connector.id, payload: { [word('Key')]: word('Value') } },
  }).catch(() => {});
  await send('PUT', `/api/event-types/${EVENT_TYPE}`, {
    description: word('Type'),
    schema: null,
    example: { [word('k')]: word('v') },
  });
  const webhook = await send('POST', '/api/webhooks', {
    event_type: [EVENT_TYPE, 'dataset.updated'],
    target_url: `${receiverUrl}/${word('Target')}`,
    description: word('Webhook'),
    headers: { [`X-${word('Header')}`]: word('Value') },
  });
  await send('POST', '/api/events', { event_type: EVENT_TYPE, data: { [word('key')]: word('value') } });
  const delivery = await until('an attempt', async () => {
    const { items } = await (await page.request.get(`/api/webhooks/${webhook.id}/deliveries`)).json();
    return items.find((one: { attempt_count: number }) => one.attempt_count > 0);
  });
  await send('POST', '/api/pipeline/runs', {
    recipe_id: word('Recipe'),
    recipe_name: word('Recipe'),
    status: 'failed',
    trigger: word('Trigger'),
    error: word('Error'),
  });
  const host = `${'w'.repeat(60)}.example.net`;
  await page.request.post('/api/csp-report', {
    data: {
      'csp-report': {
        'document-uri': `https://${host}/${word('Document')}`,
        'effective-directive': 'script-src-elem',
        'blocked-uri': `https://${host}/${word('Blocked')}`,
        'source-file': `https://${host}/${word('Source')}`,
        'original-policy': `default-src 'self'; script-src https://${host}/${word('Allowed')}`,
        'script-sample': word('Sample'),
      },
    },
  });
  const [group] = await until('the group', async () => {
    const { items } = await (await page.request.get(`/api/csp/groups?q=${host}`)).json();
    return items?.length > 0 ? items : undefined;
  });
  await send('POST', '/api/csp/noise-rules', { name: word('Rule'), reason: word('Reason'), hosts: [`x.${host}`] });
  await send('POST', `/api/csp/groups/${made.group}/mute`, { note: word('Note') });

  await pool.query(`create schema if not exists shop; create table shop.${TABLE} (id int primary key, ${TABLE} text);
    insert into shop.${TABLE} values (1, '${word('Value')}')`);
  await send('POST', '/api/source/mappings', {
    table: `shop.${TABLE}`,
    operations: ['insert'],
    event_type: EVENT_TYPE,
    fields: { [TABLE]: TABLE },
  });
  const { database_key } = await database.source.findFirstOrThrow();
  await database.sourceGap.create({
    data: {
      database_key,
      table_name: `shop.${TABLE}`,
      cause: 'refused',
      detail: word('Detail'),
      from_at: new Date(),
      until_at: new Date(),
    },
  });
  return {
    connector: connector.id,
    group: group.id,
    webhook: webhook.id,
    delivery: delivery.id,
    event: delivery.event_id,
  };
}

async function disposable({ dataDir }: Console) {
  const platform = await openBesideConsole(dataDir);
  return { ...platform, [Symbol.asyncDispose]: () => platform.close() };
}

const WIDTHS = [390, 1280];

/** At each width: whether the document can be scrolled sideways, and what sticks out. */
async function expectFits(page: Page, what: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 });
    const found = await page.evaluate(() => {
      const { scrollWidth } = document.documentElement;
      if (scrollWidth <= innerWidth) return null;
      const out = [...document.querySelectorAll('main *')].filter(
        (one) => one.getBoundingClientRect().right > innerWidth + 1,
      );
      return `${scrollWidth} px: ${out
        .slice(-3)
        .map(({ outerHTML }) => outerHTML.slice(0, 160))
        .join('\n')}`;
    });
    expect.soft(found, `${what} at ${width} px`).toBeNull();
  }
}

test('no page is wider than its window when every name is a word of 80 letters without spaces', async ({
  freshConsole: running,
  openPage,
}) => {
  test.setTimeout(400_000);
  await using receiver = await startReceiver();
  receiver.answerWith((response) => {
    response.writeHead(500, { [`x-${word('header').toLowerCase()}`]: word('Value') }).end(word('Body'));
  });
  const page = await openPage({ baseURL: running.url });
  const made = await test.step('what pages are about', async () =>
    fill(page, running, await setUp(page, running), receiver.url));

  for (const route of pageRoutes()) {
    const addresses = route === '/events/types/[name]' ? [`/events/types/${EVENT_TYPE}`] : addressesOf(route, made);
    for (const address of addresses) {
      await test.step(address, async () => {
        await page.goto(address);
        await arrive(page);
        await expectFits(page, address);
      });
    }
  }

  await test.step('a long name in a list is cut in the middle, and is whole for whoever points at it or hears it', async () => {
    await page.setViewportSize({ width: 1280, height: 844 });
    for (const [address, name, role] of [
      ['/connectors', word('Connector'), 'link'],
      ['/webhooks', word('Webhook'), 'link'],
      ['/sources/runs', word('Recipe'), 'button'],
    ] as const) {
      await page.goto(address);
      const target = page.getByRole(role, { name, exact: true });
      await expect(target).toBeVisible();
      await expect(target.getByTitle(name)).toBeVisible();
      await expectCut(target, name);
    }
  });

  await test.step('what opens on a page fits too', async () => {
    for (const [address, open] of [
      ['/sources/runs', (at: Page) => at.getByRole('button', { name: word('Recipe') })],
      ['/sources/audit-log', (at: Page) => at.locator('tbody button').first()],
      [`/connectors/${made.connector}?tab=history`, (at: Page) => at.locator('tbody button').first()],
      ['/settings/api-keys', (at: Page) => at.getByRole('button', { name: `Revoke ${word('Key')}` })],
      ['/sources', (at: Page) => at.getByRole('button', { name: /Fill/ }).first()],
    ] as const) {
      await page.setViewportSize({ width: 1280, height: 844 });
      await page.goto(address);
      await open(page).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog).toBeVisible();
      await expectFits(page, `${address}, with what opens on it`);
    }
  });
});

/** The end is on the page, and the part before it is not wholly. */
async function expectCut(target: Locator, name: string): Promise<void> {
  const parts = target.locator('[aria-hidden] > span');
  await expect(parts).toHaveText([name.slice(0, -8), name.slice(-8)]);
  await target.page().setViewportSize({ width: 390, height: 844 });
  const isCut = await parts.first().evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
  expect(isCut, `${name} is cut`).toBe(true);
  await target.page().setViewportSize({ width: 1280, height: 844 });
}
