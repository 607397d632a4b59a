import { expect, type Page } from '@playwright/test';

/**
 * Adds up how much a page's content moves by itself (https://web.dev/articles/cls), also right after a click. Below 0.1 is
 * called good; a toolbar that moves by 150 pixels counts 0.009, and our pages do 0.0002.
 */
export function watchShifts(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const describe = ({ node, previousRect, currentRect }: ShiftSource) => {
      const box = ({ x, y, width, height }: DOMRectReadOnly) => `${x},${y} ${width}×${height}`;
      const text = node?.textContent?.trim().slice(0, 40) ?? '';
      return `${node?.nodeName ?? 'a node that is gone'} “${text}” from ${box(previousRect)} to ${box(currentRect)}`;
    };
    const shifts: Shifts = { sum: 0, moved: [] };
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        shifts.sum += Reflect.get(entry, 'value');
        shifts.moved.push(...Reflect.get(entry, 'sources').map(describe));
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

type ShiftSource = { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly };
type Shifts = { sum: number; moved: string[] };

/**
 * Expects that next to nothing has moved by itself on this page until now; a failure says what did.
 * @param isSoft whether the test goes on, to say all that it finds.
 */
export async function expectStill(page: Page, when: string, { isSoft = false } = {}): Promise<void> {
  const { sum, moved } = await page.evaluate(
    () =>
      new Promise<Shifts>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(Reflect.get(window, 'shifts'))));
      }),
  );
  (isSoft ? expect.soft : expect)(sum, [when, ...moved].join('\n')).toBeLessThan(0.005);
}

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
