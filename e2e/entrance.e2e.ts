import { expect, expectNoAxeViolations, test } from './fixtures.ts';

test('whoever opens the console without a session is asked to sign in', async ({ page }) => {
  await page.goto('/connectors');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expectNoAxeViolations(page);
});

test('a signed-in page opens the connectors', async ({ signedIn }) => {
  await signedIn.goto('/');
  await expect(signedIn).toHaveURL(/\/connectors$/);
  await expect(signedIn.getByRole('heading', { name: 'Connectors', level: 1 })).toBeVisible();
  await expectNoAxeViolations(signedIn);
});
