import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { listWebhooks } from './list-webhooks.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  // Twelve of them, so that each state has several and a page ends inside one.
  await platform.pool.query(
    `with made as (
       insert into webhook (organization_id, description, event_type, target_url, status, sealed_secret, header_names, disabled_reason, disabled_at)
       select $1, 'no ' || n, case n % 3 when 0 then '{recipe.*}' when 1 then '{recipe.run.failed,x.y}' else '{dataset.updated}' end::text[],
         'https://receiver.example.com/' || n, (array['active', 'paused', 'disabled', 'active'])[n % 4 + 1], 'v1.' || case when n = 12 then 'another-key' else $2 end || '.iv.text.tag', '{}',
         case n % 4 when 2 then 'gone' end, case n % 4 when 2 then now() end
       from generate_series(1, 12) n returning id, description)
     insert into lane (webhook_id, consecutive_failures)
     select id, case when substr(description, 4)::int % 4 = 3 then 5 else 0 end from made`,
    [organization.id, (await platform.secrets.keyring.ids())[0]],
  );
});
afterAll(() => platform.close());

type Page = Awaited<ReturnType<typeof listWebhooks>>;

async function walk(ask: (cursor: string | undefined) => Promise<Page>) {
  const items: Page['items'] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return items;
}

describe('the list of webhooks', () => {
  test('has what needs attention first among all of them, page by page: an unreadable secret, disabled, failing, paused, active', async () => {
    const items = await walk((cursor) => listWebhooks(organization.scope(), { limit: 5, cursor, order: 'attention' }));
    // What these tests write to the database opens nowhere; what it names as its key decides.
    const states = items.map(({ description, status, health }) =>
      description === 'no 12' ? 'unreadable' : health === 'failing' ? 'failing' : status,
    );
    const order = [
      'unreadable',
      ...['disabled', 'failing', 'paused', 'active'].flatMap((state) => Array(3).fill(state)),
    ];
    expect(states).toEqual(order.slice(0, -1));
    for (const state of new Set(states)) {
      const ids = items.filter((_, index) => states[index] === state).map(({ id }) => id);
      expect(ids, `the newest first of what is ${state}`).toEqual(ids.toSorted().toReversed());
    }
  });

  test('is newest first unless asked otherwise, and refuses the cursor of the other order', async () => {
    const scope = organization.scope();
    const items = await walk((cursor) => listWebhooks(scope, { limit: 5, cursor }));
    expect(items.map(({ id }) => id)).toEqual(
      items
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
    expect(items).toHaveLength(12);
    for (const order of ['newest', 'attention'] as const) {
      const { next_cursor } = await listWebhooks(scope, { limit: 5, order });
      const other = order === 'newest' ? 'attention' : 'newest';
      await expect(listWebhooks(scope, { limit: 5, order: other, cursor: next_cursor ?? '' })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      });
    }
  });

  test('says which webhooks take an event type, by its name or by a pattern', async () => {
    const takes = (event_type: string) =>
      walk((cursor) => listWebhooks(organization.scope(), { limit: 5, cursor, event_type, order: 'attention' }));
    expect(await takes('recipe.run.failed')).toHaveLength(8);
    expect(await takes('recipe.published')).toHaveLength(4);
    expect(await takes('recipe2.published')).toHaveLength(0);
  });
});
