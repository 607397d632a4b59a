import { expect, type Locator, type Page, type Request, type Response, test } from '@playwright/test';
import { addressesOf, type Made, pageRoutes } from './console-pages.ts';
import { runConsole } from './console-under-test.ts';
import { expectNoAxeViolations } from './fixtures.ts';
import { expectStill, watchShifts } from './layout-shift.ts';
import { fillWithLongNames, LONG_EVENT_TYPE, word } from './long-names.ts';
import { expectNoticed, openWatched, POLICY_HEADERS } from './policy-watch.ts';
import {
  arrive,
  openOverlays,
  pressEverything,
  seeErrorPages,
  seePageOfTheApi,
  setUp,
  walkInside,
} from './walk-console.ts';

// A trace of so many pages would take as long as the walk; a failure names the page and the claim.
test.use({ trace: 'off' });

const WIDTHS = [390, 1280];

/** Titles that are said to the letter; each other page has one of its own before the product's name. */
const TITLES: Record<string, string> = {
  '/': 'Connectors',
  '/connectors/new': 'New connector',
  '/connectors/new?type=n8n_webhook': 'New connector',
  '/tools': 'Tools',
  '/tools?tab=calls': 'Tools',
  '/tools?tab=limits': 'Tools',
  '/settings/api-keys': 'API keys',
  '/settings/organization': 'Organization',
};

/** What pages may ask for after they came: streams, judgments of forms, and counts of very many rows. */
const ASKED_LATER =
  /^(csp\.tail|deliveries\.(tail|latest)|webhooks\.(previewFilter|checkUrl|list)|connectors\.sends|csp\.noiseRules\.hits|organizationDeletion\.summary)$/;

// One walk, since most of what each of these costs is to load the pages.
test('every page comes with its data, has a title and one heading, passes axe, holds still, fits its window with names of 80 letters, and keeps to its policy with all that opens on it', async ({
  browser,
}) => {
  test.setTimeout(600_000);
  await runConsole({ CSP_MODE: 'report' }, async (running) => {
    await using watched = await openWatched(browser, running.url);
    const { page, violations, complaints } = watched;
    await watchShifts(page);
    const first = await test.step('the first account', () => setUp(page, running));
    await test.step('what comes over a page', () => openOverlays(page, first.connector));
    await test.step('the way through the console', () => walkInside(page));
    await test.step('the page of the API', async () => {
      await seePageOfTheApi(page);
      await page.goto('/api/docs');
      await expect(page).toHaveTitle('API · Honeyframe Webhooks');
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
      await expectFits(page, '/api/docs');
    });
    expect(violations(), 'on the way through the console').toEqual([]);
    const made = await test.step('names of 80 letters', () => fillWithLongNames(page, running, first));

    for (const address of allAddresses(made)) {
      await test.step(address, async () => {
        await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
        complaints.length = 0;
        // From the commit on, since the page before may still ask.
        const answer = await page.goto(address, { waitUntil: 'commit' });
        const asked = listenForQueries(page);
        expect.soft(answer?.headers(), `${address} has a policy`).toHaveProperty(POLICY_HEADERS.report);
        await page.waitForLoadState();
        await arrive(page);
        await test.step(`${address} holds still`, () => expectStill(page, address, { isSoft: true }));
        await test.step(`${address} has a title of its own`, () => expectTitle(page, address, made));
        await test.step(`${address} fits its window`, () => expectFits(page, address));
        await test.step(`${address} passes axe`, () =>
          expectNoAxeViolations(page, { isSoft: true, where: `axe at ${address}` }));
        expect.soft(await missingIn(answer, asked.end()), `${address} comes with its data`).toEqual([]);
        expect.soft(complaints, `what the browser complains of at ${address}`).toEqual([]);
        await pressEverything(page, address);
        expect.soft(violations(), `${address} keeps to its policy`).toEqual([]);
      });
    }

    complaints.length = 0;
    await test.step('a long name in a list is cut in the middle, and is whole for whoever points at it or hears it', () =>
      expectLongNamesCut(page));
    await test.step('what opens on a page fits too', () => expectDialogsFit(page, made));
    await test.step('pages that fail', () => seeErrorPages(page, running));
    expect(violations()).toEqual([]);
    await expectNoticed('report', watched, running);
  });
});

const allAddresses = (made: Made): string[] =>
  pageRoutes().flatMap((route) =>
    route === '/events/types/[name]' ? [`/events/types/${LONG_EVENT_TYPE}`] : addressesOf(route, made),
  );

/** @returns what names, at the end, the queries that the page has sent since, but those that may come later. */
function listenForQueries(page: Page) {
  const asked: string[] = [];
  const note = (request: Request) => {
    const [, names] = new URL(request.url()).pathname.split('/api/trpc/');
    asked.push(...(names?.split(',') ?? []).filter((name) => !ASKED_LATER.test(name)));
  };
  page.on('request', note);
  return {
    end: () => {
      page.off('request', note);
      return asked;
    },
  };
}

/** @returns those of the queries whose data did not come with the document; data that came may be asked for again. */
async function missingIn(document: Response | null, queries: string[]): Promise<string[]> {
  const text = ((await document?.text()) ?? '').replaceAll('\\', '');
  return queries.filter((query) => !text.includes(`"${query.split('.').join('","')}"`));
}

async function expectTitle(page: Page, address: string, made: Made): Promise<void> {
  const name = address.startsWith(`/connectors/${made.connector}`) ? word('Connector') : TITLES[address];
  await expect(page).toHaveTitle(name ? `${name} · Honeyframe` : /^\S.* · Honeyframe$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
}

/** At each width: whether the document can be scrolled sideways, and what sticks out. */
async function expectFits(page: Page, what: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 });
    // A chart follows the width of its window in the next frames.
    const sticksOut = () =>
      page.evaluate(() => {
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
    await expect.configure({ soft: true, timeout: 5_000 }).poll(sticksOut, `${what} at ${width} px`).toBeNull();
  }
}

async function expectLongNamesCut(page: Page): Promise<void> {
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
}

/** The end is on the page, and the part before it is not wholly. */
async function expectCut(target: Locator, name: string): Promise<void> {
  const parts = target.locator('[aria-hidden] > span');
  await expect(parts).toHaveText([name.slice(0, -8), name.slice(-8)]);
  await target.page().setViewportSize({ width: 390, height: 844 });
  const isCut = await parts.first().evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
  expect(isCut, `${name} is cut`).toBe(true);
  await target.page().setViewportSize({ width: 1280, height: 844 });
}

async function expectDialogsFit(page: Page, made: Made): Promise<void> {
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
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectFits(page, `${address}, with what opens on it`);
  }
}
