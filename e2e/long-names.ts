import { expect, type Page } from '@playwright/test';
import { createApiKey } from '../src/features/people/api-keys/create-api-key.ts';
import { inviteMember } from '../src/features/people/members/invite-member.ts';
import { egressAllowFor } from '../src/platform/config.ts';
import { startReceiver } from '../src/testing/receivers.ts';
import { createTestUser } from '../src/testing/test-platform.ts';
import { until } from '../src/testing/until.ts';
import { openBesideConsole } from './beside-console.ts';
import type { Made } from './console-pages.ts';
import type { Console } from './console-under-test.ts';

const LETTERS = 80;
/** Without a space, and told apart at its end. */
export const word = (end: string): string => `${'w'.repeat(LETTERS - end.length)}${end}`;
export const LONG_EVENT_TYPE = `${'w'.repeat(40)}.${'w'.repeat(39)}`;
/** The longest that PostgreSQL takes. */
const TABLE = `w${'t'.repeat(62)}`;

/** Gives everything that has a name one of 80 letters. @returns what pages are then about. */
export async function fillWithLongNames(page: Page, running: Console, made: Made): Promise<Made> {
  await using receiver = await startReceiver();
  receiver.answerWith((response) => {
    response.writeHead(500, { [`x-${word('header').toLowerCase()}`]: word('Value') }).end('x'.repeat(300));
  });
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
    config: { webhook_url: `${receiver.url}/${word('Path')}` },
  });
  await send('POST', `/api/connectors/${connector.id}/test`, { message: word('Message') });
  await send('POST', '/api/tools/invoke', {
    tool: 'trigger_n8n_workflow',
    arguments: { connector_id: connector.id, payload: { [word('Key')]: word('Value') } },
  }).catch(() => {});
  await send('PUT', `/api/event-types/${LONG_EVENT_TYPE}`, {
    description: word('Type'),
    schema: null,
    example: { [word('k')]: word('v') },
  });
  const webhook = await send('POST', '/api/webhooks', {
    event_type: [LONG_EVENT_TYPE, 'dataset.updated'],
    target_url: `${receiver.url}/${word('Target')}`,
    description: word('Webhook'),
    headers: { [`X-${word('Header')}`]: word('Value') },
  });
  await send('POST', '/api/events', { event_type: LONG_EVENT_TYPE, data: { [word('key')]: word('value') } });
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
    event_type: LONG_EVENT_TYPE,
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
