import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { pruneRuns } from './prune-runs.ts';

let platform: OpenPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ PIPELINE_RUN_RETENTION_DAYS: '90' });
});
afterAll(() => platform.close());

test('runs that ended and have not changed for the retention are deleted with their changes, and no others', async () => {
  const { id: organization } = await createTestOrganization(platform);
  await platform.pool.query('alter table dataintel.pipeline_runs disable trigger pipeline_run_is_touched');
  await platform.pool.query(
    `insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name, status, changed_at)
     select $1, status || ' ' || days, 'R', status, now() - days * interval '1 day'
     from unnest(array['queued', 'running', 'succeeded', 'failed', 'cancelled']) status, unnest(array[89, 91]) days`,
    [organization],
  );
  expect(await pruneRuns(platform)).toBe(3);
  const { rows } = await platform.pool.query<{ recipe_id: string }>(
    'select recipe_id from dataintel.pipeline_runs order by 1',
  );
  const left = ['cancelled 89', 'failed 89', 'queued 89', 'queued 91', 'running 89', 'running 91', 'succeeded 89'];
  expect(rows.map(({ recipe_id }) => recipe_id)).toEqual(left);
  const { rows: changes } = await platform.pool.query<{ recipe_id: string }>(
    'select recipe_id from dataintel.pipeline_run_change order by 1',
  );
  expect(changes.map(({ recipe_id }) => recipe_id)).toEqual(left);
});
