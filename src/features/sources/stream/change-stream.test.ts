import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRun } from '#features/pipeline-runs/create-run.ts';
import { updateRun } from '#features/pipeline-runs/update-run.ts';
import { recordAudit } from '#platform/audit.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import { countEvents, storedEvents } from '#testing/stored-events.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { startSource } from './run-source.ts';

vi.setConfig({ testTimeout: 60_000 });

let platform: OpenPlatform;
let organization: TestOrganization;
let source: { stop(): Promise<void> } | undefined;

beforeEach(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterEach(async () => {
  await source?.stop();
  source = undefined;
  await platform.close();
});

const state = async () => platform.database.source.findFirst();
async function startReading() {
  source = startSource(platform);
  await until('the stream is read', async () => (await state())?.state === 'reading');
}
const RECIPE = { recipe_id: 'recipe-17', recipe_name: 'Join orders' };
const target = { type: 'dataset', id: 'dataset-4', name: 'Orders' };
const audit = (action: string, severity: 'info' | 'security' = 'info') =>
  inTransaction(platform.database, (tx) => recordAudit(tx, organization.scope(), { action, target, severity }));

describe('the change stream', () => {
  test('makes an event of each change of a run’s status, and of nothing else', async () => {
    await startReading();
    const { id } = await createRun(organization.scope(), { ...RECIPE, status: 'queued' });
    await updateRun(organization.scope(), { id, status: 'running' });
    await updateRun(organization.scope(), { id, rows_in: 1204 });
    await updateRun(organization.scope(), { id, status: 'failed', error: 'The column customer_id is missing.' });
    await updateRun(organization.scope(), { id, rows_out: 0 });
    await createRun(organization.scope(), { ...RECIPE, status: 'succeeded' });
    await until('the last event is there', async () => (await countEvents(platform, organization.id)) === 3);
    const events = await storedEvents(platform, organization.id);
    expect(events).toMatchObject([
      {
        type: 'recipe.run.started',
        origin: 'source',
        data: { run_id: id, ...RECIPE, rows_in: null, finished_at: null },
      },
      {
        type: 'recipe.run.failed',
        data: { run_id: id, ...RECIPE, rows_in: 1204, error: 'The column customer_id is missing.' },
      },
      { type: 'recipe.run.succeeded', data: RECIPE },
    ]);
    expect(events[1]?.data.finished_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  });

  test('makes events of what concerns security, of datasets and of dashboards in the audit log', async () => {
    await startReading();
    await audit('api_key.revoked', 'security');
    await audit('connector.updated');
    await audit('dataset.updated');
    await audit('dashboard.published');
    await until('the last event is there', async () => (await countEvents(platform, organization.id)) === 3);
    expect(await storedEvents(platform, organization.id)).toMatchObject([
      { type: 'audit.security_event', data: { action: 'api_key.revoked', actor: { name: 'Ada Test' }, target } },
      { type: 'dataset.updated', data: { dataset_id: 'dataset-4', dataset_name: 'Orders' } },
      { type: 'dashboard.published', data: { dashboard_id: 'dataset-4', actor: { type: 'user' } } },
    ]);
  });

  test('goes on where it was: what changed while nobody read is made up for, and nothing comes twice', async () => {
    await startReading();
    await createRun(organization.scope(), { ...RECIPE, status: 'failed' });
    await until('the first event is there', async () => (await countEvents(platform, organization.id)) === 1);
    await source?.stop();
    for (let index = 0; index < 5; index += 1)
      await createRun(organization.scope(), { ...RECIPE, recipe_id: `while-away-${index}`, status: 'failed' });
    await startReading();
    await until('the others are there', async () => (await countEvents(platform, organization.id)) === 6);
    await createRun(organization.scope(), { ...RECIPE, recipe_id: 'last', status: 'failed' });
    await until('the last is there', async () => (await countEvents(platform, organization.id)) >= 7);
    expect((await storedEvents(platform, organization.id)).map(({ data }) => data.recipe_id)).toEqual([
      'recipe-17',
      ...[0, 1, 2, 3, 4].map((index) => `while-away-${index}`),
      'last',
    ]);
  });
});
