import type { Page } from '@playwright/test';
import { countOf } from '../src/testing/counts.ts';
import { makeDataDir, removeDataDir, startConsole } from '../src/testing/running-console.ts';
import { until } from '../src/testing/until.ts';
import { reportViolations, uniqueHost, type Violation } from './csp-violations.ts';
import { startCuttableProxy } from './cuttable-proxy.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

const linesOf = (page: Page) =>
  page.getByRole('table', { name: 'Lines of the log stream' }).locator('tbody tr[data-line]');
const state = (page: Page, words: string) => page.getByRole('status').getByText(words, { exact: true });

test('a log stream comes in live, waits while one reads, is narrowed while it runs and opens line by line', async ({
  signedIn: page,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const host = uniqueHost('tags');
  const lines = linesOf(page);
  const report = (...violations: Violation[]) =>
    reportViolations(
      page.request,
      violations.map((one) => ({ blocked: `https://${host}/tag.js`, ...one })),
    );
  await page.goto(`/csp/stream?q=${host}`);
  await expect(page).toHaveTitle('CSP log stream · Honeyframe');

  await test.step('what is looked for may still be to come', async () => {
    await expect(page.getByRole('heading', { name: 'No lines match' })).toBeVisible();
    await expect(state(page, 'Live')).toBeVisible();
    await expectNoAxeViolations(page);
  });

  await test.step('a line appears as it is written, without a reload', async () => {
    await report({ directive: 'script-src-elem' });
    await expect(lines).toHaveCount(1);
    await expect(lines.first()).toContainText(/Would block.*script-src-elem.*tag\.js.*app\.example\.com.*Chrome 156/);
    await report({ directive: 'img-src', disposition: 'enforce' });
    await expect(lines).toHaveCount(2);
    await expect(lines.first()).toContainText(/Blocked.*img-src/);
    await expectNoAxeViolations(page);
  });

  await test.step('a pause lets new lines wait, and counts them', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(state(page, 'Paused')).toBeVisible();
    await report({ directive: 'font-src' }, { directive: 'media-src' }, { directive: 'frame-src' });
    const waiting = page.getByRole('button', { name: 'Show 3 new' });
    await expect(waiting).toBeVisible();
    await expect(lines).toHaveCount(2);
    await expectNoAxeViolations(page);
    await waiting.click();
    await expect(lines).toHaveCount(5);
    await expect(state(page, 'Paused')).toBeVisible();
    await page.keyboard.press('p');
    await expect(state(page, 'Live')).toBeVisible();
  });

  await test.step('filters hold for what is there and for what comes', async () => {
    await page.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'Blocked' }).click();
    await expect(page).toHaveURL(`/csp/stream?q=${host}&kind=blocked`);
    await expect(lines).toHaveCount(1);
    await expect(state(page, 'Live')).toBeVisible();
    await report({ directive: 'style-src-elem' }, { directive: 'connect-src', disposition: 'enforce' });
    await expect(lines).toHaveCount(2);
    await expect(lines.first()).toContainText('connect-src');
    await page.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'All lines' }).click();
    await expect(lines).toHaveCount(7);
  });

  await test.step('the arrow keys lead through the lines, and Enter opens one in full', async () => {
    await lines.first().getByRole('button').focus();
    await page.keyboard.press('ArrowDown');
    await expect(lines.nth(1).getByRole('button')).toBeFocused();
    await expect(state(page, 'Held while you read')).toBeVisible();
    await page.keyboard.press('End');
    await expect(lines.last().getByRole('button')).toBeFocused();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: 'Line of the log stream' });
    await expect(drawer).toContainText('Would block script-src-elem');
    await expect(drawer).toContainText('Would be blocked (the policy is report-only)');
    await expect(drawer).toContainText(`https://${host}/tag.js`);
    await expect(drawer.getByRole('link', { name: 'All reports of this group' })).toBeVisible();
    await drawer.getByText('Raw line').click();
    await expectNoAxeViolations(page);
    await drawer.getByRole('button', { name: 'Copy raw line' }).click();
    const copied: string = await page.evaluate(() => navigator.clipboard.readText());
    expect(JSON.parse(copied)).toMatchObject({ name: 'csp_report', csp: { blocked_host: host } });
    await page.keyboard.press('Escape');
    await expect(drawer).toBeHidden();
    await expect(lines.last().getByRole('button')).toBeFocused();
  });

  await test.step('older lines are loaded below', async () => {
    for (let batch = 0; batch < 4; batch += 1)
      await report(...Array.from({ length: 30 }, (_, line) => ({ directive: 'img-src', line: batch * 30 + line + 1 })));
    await page.reload();
    await expect(page.getByText('100 lines')).toBeVisible();
    await page.getByRole('button', { name: 'Load older lines' }).click();
    await expect(page.getByText('127 lines')).toBeVisible();
    await expect(page.getByText('The log has no older lines that match.')).toBeAttached();
  });
});

test('a stream whose connection is cut goes on where it was', async ({
  console: running,
  openPage,
  adminState,
  permit,
}) => {
  permit(/ERR_(INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_\w+)/);
  await using proxy = await startCuttableProxy(running.url);
  const page = await openPage({ baseURL: proxy.url, storageState: adminState });
  const host = uniqueHost('cut');
  await page.goto(`/csp/stream?q=${host}`);
  await expect(state(page, 'Live')).toBeVisible();
  await reportViolations(page.request, [{ blocked: `https://${host}/1.js` }]);
  await expect(linesOf(page)).toHaveCount(1);
  proxy.cut();
  await expect(state(page, 'Connecting…')).toBeVisible();
  await reportViolations(page.request, [{ blocked: `https://${host}/2.js` }, { blocked: `https://${host}/3.js` }]);
  await expect(linesOf(page)).toHaveCount(3);
  await expect(state(page, 'Live')).toBeVisible();
  await reportViolations(page.request, [{ blocked: `https://${host}/4.js` }]);
  await expect(linesOf(page)).toHaveCount(4);
  for (const [index, name] of ['4.js', '3.js', '2.js', '1.js'].entries())
    await expect(linesOf(page).nth(index)).toContainText(name);
});

test('whoever is signed out elsewhere is led to the sign-in page', async ({ pageOf, makePerson, platform }) => {
  const person = await makePerson('member');
  const page = await pageOf(person);
  await page.goto('/csp/stream?kind=policy');
  await expect(state(page, 'Live')).toBeVisible();
  await platform.database.session.deleteMany({ where: { userId: person.id } });
  await expect(page).toHaveURL('/sign-in?next=%2Fcsp%2Fstream%3Fkind%3Dpolicy');
});

const LINES_A_SECOND = 2_000;
/** Of a flood that nobody ends. */
const MOST_LINES = 120_000;

test('thousands of lines a second leave the page quick and its size bounded', async ({ openPage, withConsole }) => {
  test.setTimeout(180_000);
  const admin = { ADMIN_EMAIL: 'ada@example.com', ADMIN_PASSWORD: 'correct horse battery' };
  await withConsole({ ...admin, CSP_RATE_LIMIT: '1000000', LOG_LEVEL: 'error' }, async ({ url }) => {
    const page = await openPage({ baseURL: url });
    const data = { email: admin.ADMIN_EMAIL, password: admin.ADMIN_PASSWORD };
    await page.request.post('/api/auth/sign-in/email', { data, headers: { origin: url } });
    await page.goto('/csp/stream');
    await expect(state(page, 'Live')).toBeVisible();
    await page.evaluate(watch);
    let isRead = false;
    const flood = sendLines(url, countOf('streamedLines'), () => isRead);
    await expect(page.getByText('2,000 lines', { exact: true })).toBeVisible();

    // Somebody reads meanwhile.
    const begun = performance.now();
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(state(page, 'Paused')).toBeVisible();
    const pausedAfterMs = performance.now() - begun;
    await expect(page.getByRole('button', { name: /Show [\d,]+ new/ })).toBeVisible();
    isRead = true;
    await page.keyboard.press('p');
    const sent = await flood;
    await until('every line is told of', async () => (await page.evaluate(() => window.watched?.lines ?? 0)) >= sent);
    const watched = await page.evaluate(() => window.watched);
    console.log(
      `${sent} lines, ${LINES_A_SECOND} a second; paused after ${Math.round(pausedAfterMs)} ms;`,
      JSON.stringify(watched),
    );
    expect(await page.locator('tbody tr').count()).toBeLessThan(100);
    expect(watched?.shift, 'what moved around the list').toBeLessThan(0.005);
    // Before the console ends: a stream that breaks off is a complaint.
    await page.close();
  });
});

type Watched = { lines: number; longTasks: number[]; shift: number };

declare global {
  interface Window {
    watched?: Watched;
  }
}

/** What Chromium says of a layout shift (Layout Instability API); TypeScript's own library does not have it. */
type LayoutShift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };

/** In the page: counts lines as they are told, tasks that block for long, and how much moves around the list. */
function watch(): void {
  const watched: Watched = { lines: 0, longTasks: [], shift: 0 };
  window.watched = watched;
  const { parse } = JSON;
  JSON.parse = (text, reviver) => {
    const value = parse(text, reviver);
    if (value?.lines && typeof value.skipped === 'number') watched.lines += value.lines.length + value.skipped;
    return value;
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.longTasks.push(Math.round(duration));
  }).observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as LayoutShift[]) {
      // Rows move down as newer ones come in above them: what counts is what moves around the list.
      const isOutside = entry.sources.some(({ node }) => node && !node.parentElement?.closest('tbody'));
      if (isOutside) watched.shift += entry.value;
    }
  }).observe({ type: 'layout-shift' });
}

/**
 * Sends violations of many groups at an even pace: so many at least, and until somebody has read on the page meanwhile, which
 * takes longer on a busy machine. @returns how many lines the log got, a policy's among them.
 */
async function sendLines(url: string, atLeast: number, isRead: () => boolean): Promise<number> {
  const begun = performance.now();
  let sent = 0;
  while (sent < atLeast || (!isRead() && sent < MOST_LINES)) {
    const due = Math.floor(((performance.now() - begun) * LINES_A_SECOND) / 1_000);
    const entries = Array.from({ length: Math.min(100, due - sent) }, (_, index) => ({
      type: 'csp-violation',
      body: {
        documentURL: 'https://app.example.com/orders',
        effectiveDirective: 'img-src',
        blockedURL: `https://host-${(sent + index) % 500}.example.net/pixel.gif`,
        disposition: 'report',
      },
    }));
    if (entries.length > 0) await fetch(`${url}/api/csp-report`, { method: 'POST', body: JSON.stringify(entries) });
    else await new Promise((resolve) => setTimeout(resolve, 5));
    sent += entries.length;
  }
  return sent;
}

test('a console that ends lets go of its streams', async ({ openPage, permit }) => {
  permit(/ERR_(INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_\w+)/);
  const DATA_DIR = await makeDataDir();
  const admin = { ADMIN_EMAIL: 'ada@example.com', ADMIN_PASSWORD: 'correct horse battery' };
  const running = startConsole({ DATA_DIR, ...admin });
  try {
    const { url } = await running.ready();
    const page = await openPage({ baseURL: url });
    const data = { email: admin.ADMIN_EMAIL, password: admin.ADMIN_PASSWORD };
    await page.request.post('/api/auth/sign-in/email', { data, headers: { origin: url } });
    await page.goto('/csp/stream');
    await expect(state(page, 'Live')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Listening for the first report' })).toBeVisible();
    const begun = performance.now();
    await running.stop();
    expect(performance.now() - begun).toBeLessThan(4_000);
    await expect(state(page, 'Connecting…')).toBeVisible();
  } finally {
    await running.stop();
    await removeDataDir(DATA_DIR);
  }
});
