import { expect, test } from 'vitest';
import { createCspConsole } from '#testing/csp/console.ts';
import { getTimeline } from './get-timeline.ts';

test('a directive may have any name, and each report is counted once', async () => {
  const desk = await createCspConsole();
  try {
    for (const directive of ['constructor', 'tostring', '__proto__', 'other', '<b>', 'img-src', 'img-src'])
      await desk.report({ directive }, new Date());
    const { directives, items, total } = await getTimeline(await desk.scope(), {});
    const last = items.find((item) => item.total > 0);
    expect({ ...last?.counts }).toEqual({ constructor: 1, tostring: 1, 'img-src': 2, other: 3 });
    expect(directives.toSorted()).toEqual(['constructor', 'img-src', 'other', 'tostring']);
    expect(total).toBe(7);
  } finally {
    await desk.close();
  }
});
