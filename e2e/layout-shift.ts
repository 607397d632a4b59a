import { expect, type Page } from '@playwright/test';

/**
 * Adds up how much a page's content moves by itself (https://web.dev/articles/cls), also right after a click. Below 0.1 is
 * called good; a toolbar that moves by 150 pixels counts 0.009, and our pages do 0.0002.
 */
export function watchShifts(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const shifts = { sum: 0 };
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.sum += Reflect.get(entry, 'value');
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** How much it was until now. */
export const shifted = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(Reflect.get(window, 'shifts').sum)));
      }),
  );

/** Does something while no answer comes, sees a skeleton, and lets the answers come. */
export async function whileWaiting(page: Page, act: () => Promise<unknown>): Promise<void> {
  const answers = Promise.withResolvers<void>();
  await page.route('**/api/trpc/**', async (route) => {
    await answers.promise;
    await route.continue();
  });
  await act();
  await expect(page.getByRole('status', { name: 'Loading' })).toBeVisible();
  answers.resolve();
  await page.unrouteAll({ behavior: 'wait' });
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
}
