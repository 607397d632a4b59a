import type { Page } from '@playwright/test';

/**
 * Lets `goto` and `reload` wait until the browser has nothing left to do: React can lose a click on a link in the
 * milliseconds in which it takes a page over (https://github.com/vercel/next.js/issues/98305), and a test clicks as soon
 * as the page has loaded, which no person does.
 */
export function openSettled(page: Page): Page {
  const goto = page.goto.bind(page);
  const reload = page.reload.bind(page);
  page.goto = async (...given) => {
    const answer = await goto(...given);
    await settle(page);
    return answer;
  };
  page.reload = async (...given) => {
    const answer = await reload(...given);
    await settle(page);
    return answer;
  };
  return page;
}

/** Waits until the browser has nothing left to do: also after a page has been reached by a form or by a provider. */
export const settle = (page: Page) =>
  page.waitForFunction(() => new Promise((resolve) => requestIdleCallback(() => resolve(true))));
