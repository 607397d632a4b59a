import type { Page } from '@playwright/test';

/**
 * Lets `goto` and `reload` wait until the browser has nothing left to do: React can lose a click on a link in the
 * milliseconds in which it takes a page over (https://github.com/vercel/next.js/issues/98305), and a test clicks as soon
 * as the page has loaded, which no person does.
 */
export function openSettled(page: Page): Page {
  const settled = () => page.waitForFunction(() => new Promise((resolve) => requestIdleCallback(() => resolve(true))));
  const goto = page.goto.bind(page);
  const reload = page.reload.bind(page);
  page.goto = async (...given) => {
    const answer = await goto(...given);
    await settled();
    return answer;
  };
  page.reload = async (...given) => {
    const answer = await reload(...given);
    await settled();
    return answer;
  };
  return page;
}
