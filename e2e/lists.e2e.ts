import type { Page, Request } from '@playwright/test';
import { createTestOrganization, createTestUser } from '../src/testing/test-platform.ts';
import { expect, test } from './fixtures.ts';

const WEBHOOKS = 10_000;
/** Seen rows, and those around them. */
const MOST_ROWS = 70;

/** The cursors that a list is asked with, in their order; null for the first page. */
function watchAsked(page: Page, procedure: string): (string | null)[] {
  const asked: (string | null)[] = [];
  page.on('request', (request: Request) => {
    const url = new URL(request.url());
    if (url.pathname !== `/api/trpc/${procedure}`) return;
    asked.push(JSON.parse(url.searchParams.get('input') ?? '{}').cursor ?? null);
  });
  return asked;
}

const rowsMade = (page: Page) => page.locator('tbody tr:not([aria-hidden])').count();

test('a list of 10,000 webhooks comes with its first page alone, makes the rows that are seen, and has what needs attention first', async ({
  platform,
  pageOf,
}) => {
  const organization = await createTestOrganization(platform);
  await platform.pool.query(
    `with made as (
       insert into subscription (organization_id, description, event_type, target_url, sealed_secret, header_names, status, disabled_reason, disabled_at)
       select $1, 'Webhook ' || n, '{dataset.updated}', 'https://receiver.example.com/' || n, 'v1.' || $2 || '.iv.text.tag', '{}',
         case when n = 1 then 'disabled' else 'active' end, case when n = 1 then 'gone' end, case when n = 1 then now() end
       from generate_series(1, ${WEBHOOKS}) n returning id)
     insert into lane (subscription_id) select id from made`,
    [organization.id, (await platform.secrets.keyring.ids())[0]],
  );
  const page = await pageOf(await createTestUser(platform, organization, 'admin'));
  const asked = watchAsked(page, 'webhooks.list');

  await test.step('what needs attention is first among all of them, and comes with the document', async () => {
    await page.goto('/webhooks');
    const rows = page.getByRole('table', { name: 'Webhooks' }).getByRole('row');
    await expect(rows.nth(1)).toContainText('Webhook 1');
    await expect(rows.nth(1)).toContainText('Disabled');
    await expect(rows.nth(2)).toContainText(`Webhook ${WEBHOOKS}`);
    expect(await rowsMade(page)).toBeLessThan(MOST_ROWS);
    expect(asked).toEqual([]);
  });
});

test('a page of a list that does not come says so below, and comes when one tries again', async ({
  platform,
  pageOf,
  permit,
}) => {
  permit(/502|ERR_FAILED/);
  const organization = await createTestOrganization(platform);
  await platform.pool.query(
    `insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name, status)
     select $1, 'r', 'Recipe ' || n, 'succeeded' from generate_series(1, 120) n`,
    [organization.id],
  );
  const page = await pageOf(await createTestUser(platform, organization, 'member'));
  await page.route(/pipelineRuns\.list.*cursor/, (route) => route.fulfill({ status: 502, body: 'no' }));
  await page.goto('/sources/runs');
  await page.mouse.move(640, 600);
  await page.mouse.wheel(0, 5_000);
  const again = page.getByRole('button', { name: 'Try again to load more' });
  await expect(again).toBeVisible();
  await page.unroute(/pipelineRuns\.list.*cursor/);
  await again.click();
  await expect(async () => {
    await page.mouse.wheel(0, 5_000);
    await expect(page.getByRole('button', { name: 'Recipe 1', exact: true })).toBeVisible({ timeout: 100 });
  }).toPass({ intervals: [0] });
});
