import { uniqueName } from '../src/testing/test-platform.ts';
import { reportViolations, uniqueHost } from './csp-violations.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

test('a rule of one’s own hides what came before it, and is changed and deleted', async ({
  signedIn: page,
  permit,
}) => {
  permit(/status of 400/);
  const host = uniqueHost('tags');
  const name = uniqueName('Old shop');
  await reportViolations(page.request, [
    { blocked: `https://a.${host}/1.js` },
    { blocked: `https://a.${host}/2.js` },
    { directive: 'img-src', blocked: `https://b.${host}/p.gif` },
  ]);
  const rules = page.getByRole('table', { name: 'Your own rules' });
  const row = rules.getByRole('row').filter({ hasText: name });
  const drawer = page.getByRole('dialog');
  const preview = drawer.getByRole('status', { name: 'Preview' });

  await test.step('what it would hide is seen while it is written', async () => {
    await page.goto('/csp/noise');
    await expect(page).toHaveTitle('CSP noise · Honeyframe');
    await page.getByRole('button', { name: 'New rule' }).click();
    await expect(page).toHaveURL('/csp/noise?rule=new');
    await drawer.getByLabel('Hosts').fill(`https://${host}/`);
    await expect(preview).toContainText('Must be a host, such as');
    await drawer.getByLabel('Hosts').fill(`a.${host}`);
    await expect(preview).toContainText('Would have hidden 1 group with 2 reports in the last 7 days');
    await expect(preview.getByRole('listitem')).toContainText(`Would block script-src-elem from a.${host}`);
    await drawer.getByLabel('Hosts').fill(host);
    await expect(preview).toContainText('Would have hidden 2 groups with 3 reports');
    await expectNoAxeViolations(page);
  });

  await test.step('what is missing or wrong is said at its field', async () => {
    await drawer.getByRole('button', { name: 'Create rule' }).click();
    await expect(drawer.getByText('Name is required.')).toBeVisible();
    await drawer.getByLabel('Name').fill(name);
    await drawer.getByLabel('Reason').fill('It goes in January.');
    await drawer.getByLabel('Schemes').fill('https');
    await drawer.getByRole('button', { name: 'Create rule' }).click();
    await expect(drawer.getByText('This would hide what the site itself does').last()).toBeVisible();
    await expect(drawer.getByLabel('Schemes')).toBeFocused();
    await expectNoAxeViolations(page);
    await drawer.getByLabel('Schemes').fill('');
    await drawer.getByRole('button', { name: 'Create rule' }).click();
    await expect(drawer).toBeHidden();
    await expect(page).toHaveURL('/csp/noise');
  });

  await test.step('it is listed with what it hid', async () => {
    await expect(row).toContainText('It goes in January.');
    await expect(row).toContainText(host);
    await expect(row.getByRole('cell', { name: '3', exact: true })).toBeVisible();
    await expectNoAxeViolations(page);
    await page.goto(`/csp?q=${host}`);
    await expect(page.getByText('3 hidden as noise')).toBeVisible();
    await page.getByRole('button', { name: 'Show noise' }).click();
    const groups = page.getByRole('table', { name: 'Groups', exact: true }).getByRole('row');
    await expect(groups.filter({ hasText: `a.${host}` })).toContainText('Noise');
  });

  await test.step('it is changed at an address of its own, and hides less', async () => {
    await page.goto('/csp/noise');
    await row.getByRole('button', { name: `Edit ${name}` }).click();
    await expect(page).toHaveURL(/\/csp\/noise\?rule=own%3A/);
    await page.reload();
    await expect(drawer.getByLabel('Hosts')).toHaveValue(host);
    await expect(preview).toContainText('Would have hidden 2 groups with 3 reports');
    await drawer.getByLabel('Hosts').fill(`b.${host}`);
    await expect(preview).toContainText('Would have hidden 1 group with 1 report in');
    await drawer.getByRole('button', { name: 'Save rule' }).click();
    await expect(drawer).toBeHidden();
    await expect(row.getByRole('cell', { name: '1', exact: true })).toBeVisible();
  });

  await test.step('it is deleted, and what it hid is shown again', async () => {
    await row.getByRole('button', { name: `Delete ${name}` }).click();
    await page
      .getByRole('dialog', { name: `Delete ${name}?` })
      .getByRole('button', { name: 'Delete rule' })
      .click();
    await expect(row).toBeHidden();
    await page.goto(`/csp?q=${host}`);
    await expect(page.getByRole('table', { name: 'Groups', exact: true }).getByRole('row')).toHaveCount(3);
  });
});

test('a rule begins with the host of a group that somebody knows', async ({ signedIn: page }) => {
  const host = uniqueHost('known');
  await reportViolations(page.request, [{ blocked: `https://${host}/x.js` }]);
  // What is still loading may move the row from under the pointer.
  await page.goto(`/csp?q=${host}`, { waitUntil: 'networkidle' });
  await page.getByRole('table', { name: 'Groups', exact: true }).getByRole('link').first().click();
  await page.getByRole('link', { name: 'Create a noise rule for this' }).click();
  await expect(page.getByRole('dialog').getByLabel('Hosts')).toHaveValue(host);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/csp/noise');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('muted groups are listed with why and by whom, and heard again from there', async ({ signedIn: page, rest }) => {
  const host = uniqueHost('banner');
  await reportViolations(page.request, [{ blocked: `https://${host}/x.js` }]);
  const { items } = await (await rest.get(`/api/csp/groups?q=${host}`)).json();
  const answer = await rest.post(`/api/csp/groups/${items[0].id}/mute`, { data: { note: 'The old banner.' } });
  expect(answer.status()).toBe(201);
  await page.goto('/csp/noise');
  const muted = page.getByRole('table', { name: 'Muted groups' }).getByRole('row').filter({ hasText: host });
  await expect(muted).toContainText('The old banner.');
  await expect(muted).toContainText('Key of the tests');
  await expectNoAxeViolations(page);
  await muted.getByRole('button', { name: /^Unmute/ }).click();
  await expect(muted).toBeHidden();
  expect(
    (await (await rest.get('/api/csp/mutes')).json()).items.map(({ group }: { group: string }) => group),
  ).not.toContain(items[0].id);
});

test('the built-in rules say why, and who may only read sees them without buttons', async ({ makePerson, pageOf }) => {
  const page = await pageOf(await makePerson('member'));
  await page.goto('/csp/noise');
  const rules = page.getByRole('table', { name: 'Built-in rules' });
  const adware = rules.getByRole('row').filter({ hasText: 'Adware' });
  await expect(adware).toContainText('loads advertisements into every page');
  await expect(adware).not.toContainText('hoholikik.club');
  await adware.getByRole('button', { name: /more of Adware$/ }).click();
  await expect(adware).toContainText('hoholikik.club');
  await expect(rules.getByRole('row').filter({ hasText: 'Page translation' })).toContainText('May be legitimate');
  await expect(page.getByRole('button', { name: 'New rule' })).toBeHidden();
  await expectNoAxeViolations(page);
});
