import type { Page, Request } from '@playwright/test';
import { createTestOrganization, createTestUser } from '../src/testing/test-platform.ts';
import { expect, test } from './fixtures.ts';

const WEBHOOKS = 10_000;
/** Of the list, as the API gives it. */
const PAGE_ROWS = 50;
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

/** Scrolls by nine rows at a time, until a row is made. */
async function scrollTo(page: Page, name: string, pixels = 600): Promise<void> {
  const row = page.getByRole('link', { name, exact: true });
  await expect(async () => {
    await page.evaluate((by) => new Promise((done) => requestAnimationFrame(() => done(scrollBy(0, by)))), pixels);
    expect(await row.count()).toBe(1);
  }).toPass({ intervals: [20] });
  await row.scrollIntoViewIfNeeded();
}

test('a list of 10,000 webhooks loads the pages that are seen, makes the rows that are seen, and asks again for what is seen alone', async ({
  platform,
  pageOf,
}) => {
  const organization = await createTestOrganization(platform);
  await platform.pool.query(
    `with made as (
       insert into webhook (organization_id, description, event_type, target_url, sealed_secret, header_names, status, disabled_reason, disabled_at)
       select $1, 'Webhook ' || n, '{dataset.updated}', 'https://receiver.example.com/' || n, 'v1.' || $2 || '.iv.text.tag', '{}',
         case when n = 1 then 'disabled' else 'active' end, case when n = 1 then 'gone' end, case when n = 1 then now() end
       from generate_series(1, ${WEBHOOKS}) n returning id)
     insert into lane (webhook_id) select id from made`,
    [organization.id, (await platform.secrets.keyring.ids())[0]],
  );
  const page = await pageOf(await createTestUser(platform, organization, 'admin'));
  const asked = watchAsked(page, 'webhooks.list');
  await page.clock.install();

  await test.step('what needs attention is first among all of them, and comes with the document', async () => {
    await page.goto('/webhooks');
    const rows = page.getByRole('table', { name: 'Webhooks' }).getByRole('row');
    await expect(rows.nth(1)).toContainText('Webhook 1');
    await expect(rows.nth(1)).toContainText('Disabled');
    await expect(rows.nth(2)).toContainText(`Webhook ${WEBHOOKS}`);
    expect(await rowsMade(page)).toBeLessThan(MOST_ROWS);
    expect(asked).toEqual([]);
  });

  await test.step('scrolling asks for each page once', async () => {
    const far = 6 * PAGE_ROWS;
    await scrollTo(page, `Webhook ${WEBHOOKS - far}`);
    expect(new Set(asked).size, 'no page twice').toBe(asked.length);
    expect(asked.length).toBeGreaterThanOrEqual(far / PAGE_ROWS);
    // What is seen may be at the end of a page, and the next is asked for ahead.
    expect(asked.length).toBeLessThanOrEqual(far / PAGE_ROWS + 3);
    expect(await rowsMade(page)).toBeLessThan(MOST_ROWS);
    await expect(page.getByRole('table', { name: 'Webhooks' })).toHaveAttribute('aria-rowcount', '-1');
  });

  await test.step('fifteen seconds later it asks for the pages in view alone', async () => {
    const before = [...asked];
    asked.length = 0;
    await platform.pool.query(
      `update webhook set description = 'Renamed' where organization_id = $1 and description = $2`,
      [organization.id, `Webhook ${WEBHOOKS - 6 * PAGE_ROWS}`],
    );
    await page.clock.fastForward(16_000);
    await expect(page.getByRole('link', { name: 'Renamed' })).toBeVisible();
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(before, 'of the last pages').toEqual(expect.arrayContaining(asked));
    expect(asked).not.toContain(null);
  });

  await test.step('the row that has the focus stays while one scrolls away from it', async () => {
    const link = page.getByRole('link', { name: 'Renamed' });
    await link.focus();
    await scrollTo(page, `Webhook ${WEBHOOKS - 2 * PAGE_ROWS}`, -600);
    await expect(link).toBeFocused();
  });

  await test.step('who comes back finds the list where it was', async () => {
    const link = page.getByRole('link', { name: `Webhook ${WEBHOOKS - 2 * PAGE_ROWS}`, exact: true });
    await link.click();
    await expect(page.getByRole('tab', { name: 'Deliveries' })).toBeVisible();
    await page.goBack();
    await expect(link).toBeInViewport();
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

test('each list whose filters leave no row says so, and clears them', async ({ rest, receiver, signedIn: page }) => {
  const data = { event_type: 'dataset.updated', target_url: `${receiver.url}/hooks` };
  const { id } = (await (await rest.post('/api/webhooks', { data })).json()) as { id: string };
  await rest.post('/api/events', { data: { event_type: 'dataset.updated', data: { dataset_id: 'dataset-of-lists' } } });
  await rest.post('/api/pipeline/runs', {
    data: { recipe_id: 'r', recipe_name: 'Recipe of lists', status: 'running' },
  });
  for (const [address, title, table] of [
    ['/events?type=audit.security_event_of_lists', 'No event matches', 'Events'],
    [`/webhooks/${id}?status=cancelled`, 'No delivery matches', 'Deliveries'],
    ['/sources/runs?search=no-such-recipe&status=failed', 'No run matches', 'Pipeline runs'],
    ['/sources/audit-log?action=nothing.of_lists', 'No entry matches', 'Audit log'],
  ] as const)
    await test.step(address, async () => {
      await page.goto(address);
      await expect(page.getByRole('heading', { name: title })).toBeVisible();
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await expect(page.getByRole('table', { name: table })).toBeVisible();
      await expect(page).toHaveURL(new URL(address, page.url()).pathname);
    });
});
