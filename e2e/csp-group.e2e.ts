import type { Page } from '@playwright/test';
import { reportViolations, uniqueHost } from './csp-violations.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

const MINUTE_MS = 60_000;

/** Opens the group of a text that no other report has. */
async function openGroup(page: Page, text: string): Promise<void> {
  await page.goto(`/csp?q=${encodeURIComponent(text)}&noise=show&muted=show`);
  await page.getByRole('table', { name: 'Groups', exact: true }).getByRole('link').first().click();
  await expect(page).toHaveURL(/\/csp\/groups\/[0-9a-f]{16}$/);
}

test('a group is explained, with the change of the policy that would allow it', async ({ signedIn: page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const host = uniqueHost('pixel');
  const pixel = { directive: 'img-src', blocked: `https://${host}/p.gif` };
  await reportViolations(page.request, [
    { ...pixel, page: 'https://app.example.com/orders/7' },
    { ...pixel, page: 'https://app.example.com/orders/8' },
    { ...pixel, page: 'https://app.example.com/login', ageMs: 5 * MINUTE_MS },
  ]);
  await openGroup(page, host);
  await expect(page.getByRole('heading', { name: host, level: 1 })).toBeVisible();
  await expect(page).toHaveTitle(`${host} · Honeyframe`);

  await test.step('in plain words', async () => {
    const words = page.getByRole('region', { name: 'Explanation' });
    await expect(words).toContainText(`The browser would have blocked an image from ${host}, because of img-src.`);
    await expect(words).toContainText('Likely cause');
    await expect(words).toContainText('add the host to img-src');
  });

  await test.step('with the smallest change, its risk and the policy that comes of it', async () => {
    const change = page.getByRole('region', { name: 'How to allow it' });
    await expect(change).toContainText(`Add https://${host} to img-src`);
    await expect(change).toContainText('Low risk');
    await expect(
      change.getByRole('listitem').filter({ hasText: `img-src 'self' data: https://${host}` }),
    ).toBeVisible();
    await change.getByRole('button', { name: 'Copy policy' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `default-src 'self'; script-src 'self' https://cdn.example.com; img-src 'self' data: https://${host}; object-src 'none'; base-uri 'self'`,
    );
  });

  await test.step('where it happens, and how often', async () => {
    const pages = page.getByRole('table', { name: 'Pages' }).getByRole('row');
    await expect(pages.nth(1)).toContainText(/https:\/\/app\.example\.com\/orders\/\{id\}.*2/);
    await expect(page.getByRole('table', { name: 'Sources' })).toContainText(
      'https://app.example.com/assets/main.js:12:7',
    );
    await expect(page.getByRole('region', { name: 'How often' })).toContainText('3 reports');
    await expect(page.getByRole('region', { name: 'How often' })).toContainText('Chrome 156: 3');
    await expectNoAxeViolations(page);
  });

  await test.step('and each report in full', async () => {
    const reports = page.getByRole('table', { name: 'Reports', exact: true }).getByRole('row');
    await expect(reports).toHaveCount(4);
    await reports.getByRole('button', { name: 'https://app.example.com/login' }).click();
    const drawer = page.getByRole('dialog', { name: 'Report' });
    await expect(drawer).toContainText(`https://${host}/p.gif`);
    await expect(drawer.getByRole('region', { name: 'Record' })).toContainText('"directive": "img-src"');
    await expectNoAxeViolations(page);
    await page.keyboard.press('Escape');
    await expect(drawer).toBeHidden();
  });

  await test.step('a bar of the chart narrows the reports to its time', async () => {
    await page.locator('.recharts-bar-rectangle path').last().click();
    await expect(page).toHaveURL(/since=.*until=/);
    await page.reload();
    await expect(page.getByRole('button', { name: 'Remove the filter Time' })).toBeVisible();
  });
});

test('a muted group is out of the overview until somebody unmutes it', async ({ signedIn: page }) => {
  const host = uniqueHost('mute');
  await reportViolations(page.request, [{ blocked: `https://${host}/x.js` }]);
  await openGroup(page, host);
  await page.getByRole('button', { name: 'Mute', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Mute ${host}?` });
  await expectNoAxeViolations(page);
  await dialog.getByRole('textbox').fill('Known to the shop’s team');
  await dialog.getByRole('button', { name: /^Mute/ }).click();
  await expect(page.getByText(`${host} is muted.`)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Explanation' })).toContainText('Known to the shop’s team');
  await expectNoAxeViolations(page);

  await page.goto(`/csp?q=${host}`);
  const rows = page.getByRole('table', { name: 'Groups', exact: true }).getByRole('row').filter({ hasText: host });
  await expect(page.getByText('1 muted')).toBeVisible();
  await expect(rows).toHaveCount(0);
  await page.getByRole('button', { name: 'Show muted groups' }).click();
  await expect(rows).toContainText('Muted');
  await rows.getByRole('link').click();
  await page.getByRole('button', { name: 'Unmute' }).click();
  await expect(page.getByRole('button', { name: 'Mute', exact: true })).toBeVisible();
});

test('a member reads a group, and changes nothing', async ({ pageOf, makePerson }) => {
  const page = await pageOf(await makePerson('member'));
  const host = uniqueHost('member');
  await reportViolations(page.request, [{ blocked: `https://${host}/x.js` }]);
  await openGroup(page, host);
  await expect(page.getByRole('region', { name: 'Explanation' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Mute', exact: true })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Create a noise rule for this' })).toHaveCount(0);
});

test('a group that nobody reported is told as not found', async ({ signedIn: page, permit }) => {
  permit(/status of 404/);
  await page.goto('/csp/groups/0123456789abcdef');
  await expect(page.getByRole('heading', { name: 'Page not found', level: 1 })).toBeVisible();
  await page.goto('/csp/groups/nonsense');
  await expect(page.getByRole('heading', { name: 'Page not found', level: 1 })).toBeVisible();
});

test('nothing that a report says becomes a link, a picture or code', async ({ signedIn: page }) => {
  const mark = uniqueHost('evil');
  const markup = `"><img src=https://${mark}/x onerror=window.owned=1><script>window.owned=1</script><a href=//${mark}>go</a>`;
  await reportViolations(page.request, [
    {
      directive: 'script-src-elem',
      blocked: 'inline',
      sample: markup,
      page: `javascript:window.owned=1//${mark}`,
      source: `javascript:alert('${mark}')`,
    },
    { directive: `x<img/src=//${mark}>`, blocked: `https://${mark}/<svg/onload=window.owned=1>`, sample: markup },
    { directive: 'constructor', blocked: `https://constructor.${mark}/x.js` },
    { directive: '__proto__', blocked: `javascript:window.owned=1//${mark}`, page: `https://${mark}/<b>bold</b>` },
  ]);
  const expectInert = async () => {
    expect(
      await page.evaluate((host) => {
        const all = [...document.querySelectorAll('*')].filter((element) => !element.closest('script, template'));
        const addresses = all.flatMap((element) =>
          ['href', 'src', 'srcset', 'action', 'xlink:href'].flatMap((name) => element.getAttribute(name) ?? []),
        );
        return {
          owned: Reflect.get(window, 'owned') ?? null,
          addresses: addresses.filter(
            (address) => address.startsWith('javascript:') || URL.parse(address, location.href)?.host === host,
          ),
          handlers: all.filter((element) => element.getAttributeNames().some((name) => name.startsWith('on'))).length,
          bold: document.querySelectorAll('main b').length,
        };
      }, mark),
    ).toEqual({ owned: null, addresses: [], handlers: 0, bold: 0 });
  };

  await page.goto(`/csp?q=${mark}&noise=show`);
  const links = page.getByRole('table', { name: 'Groups', exact: true }).getByRole('link');
  await expect(links).toHaveCount(4);
  await expect(page.getByText('<img src=https').first()).toBeVisible();
  await page.getByText('Show as a table').click();
  await expect(page.getByRole('table', { name: 'Reports over time' })).toBeVisible();
  await expectInert();

  for (const position of [0, 1, 2, 3]) {
    await page.goto(`/csp?q=${mark}&noise=show`);
    await links.nth(position).click();
    await expect(page.getByRole('region', { name: 'Explanation' })).toBeVisible();
    await expectInert();
    await page.getByRole('table', { name: 'Reports', exact: true }).getByRole('button').first().click();
    await expect(page.getByRole('dialog', { name: 'Report' })).toBeVisible();
    await expectInert();
  }
});
