import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';

const MIGRATION = new URL('migrations/20261201011500_webhook_is_the_word/migration.sql', import.meta.url);
const TABLES = ['lane', 'delivery_pending', 'delivery', 'attempt', 'event'];

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

test('an upgrade renames subscriptions to webhooks, keeps every row, and publishes on', async () => {
  const webhook = await subscribe(organization, 'http://127.0.0.1:4/');
  await publishRow(organization, 3);
  const client = new pg.Client({ connectionString: platform.config.databaseUrl });
  await client.connect();
  try {
    const script = await readFile(MIGRATION, 'utf8');
    const rows = async (webhooks: string) => {
      const texts: string[] = [];
      for (const table of [webhooks, ...TABLES]) {
        const { rows } = await client.query(`select t::text as text from "${table}" t order by 1`);
        texts.push(...rows.map(({ text }) => text));
      }
      return texts;
    };
    // It renamed an index, too, that a later migration drops.
    await client.query('create index delivery_webhook_id_event_type_id_idx on delivery (webhook_id, event_type, id)');
    const before = await rows('webhook');
    await client.query(undone(script));
    expect(await rows('subscription')).toEqual(before);
    await client.query(script);
    expect(await rows('webhook')).toEqual(before);
    // Whoever was connected has prepared statements of the old names.
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  } finally {
    await client.end();
  }
  await until('the process is connected again', () => platform.pool.query('select 1').catch(() => null));
  await publishRow(organization, 2);
  expect(await standing(platform, webhook.id)).toEqual({ pending: 5 });
});

/** The database as it was before the migration: each renaming the other way round, the last one first. */
function undone(script: string): string {
  const renamings = [
    ...script.matchAll(/^ALTER (.*) RENAME (CONSTRAINT |COLUMN |)(?:TO )?"(\w+)"(?: TO "(\w+)")?;$/gm),
  ];
  expect(renamings.length).toBeGreaterThan(15);
  const back = renamings.map(([, what = '', kind = '', from = '', to]) => {
    if (to) return `ALTER ${what} RENAME ${kind}"${to}" TO "${from}";`;
    const old = /"(\w+)"$/.exec(what)?.[1] ?? '';
    return `ALTER ${what.replace(/"\w+"$/, `"${from}"`)} RENAME TO "${old}";`;
  });
  const functions = script
    .slice(script.indexOf('DO $$'))
    .replace(`'subscription', 'webhook'`, `'webhook', 'subscription'`);
  return [...back.toReversed(), functions].join('\n');
}
