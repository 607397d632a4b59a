import { readdir } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createCspConsole } from '#testing/csp/console.ts';
import type { CspScope } from '../csp-scope.ts';
import { listViolations } from './list-lines.ts';

const DAY_MS = 86_400_000;

async function allPages(scope: CspScope, most: number) {
  const items: { id: string; time: number }[] = [];
  let cursor: string | undefined;
  do {
    const page = await listViolations(scope, { limit: 200, ...(cursor !== undefined && { cursor }) });
    items.push(...page.items.map(({ id, at }) => ({ id, time: at.getTime() })));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && items.length < most);
  return items;
}

/**
 * @param isWritten whether what came in the jump is in a file before the clock is set back, or waits to be written.
 * @param most how many are paged through.
 */
test.each([
  ['in files of their days', true, 9_040],
  ['in one file', false, 2_000],
])(
  'after a clock jumped ahead ten days and back, the list has every line once, newest first, with and without a cursor: %s',
  async (_, isWritten, most) => {
    const desk = await createCspConsole();
    onTestFinished(() => desk.close());
    const { cspLog } = desk.platform;
    const scope = await desk.scope();
    const csp = { directive: 'img-src', blocked_kind: 'inline', group: '0123456789abcdef' };
    const write = (count: number) => {
      for (let n = 0; n < count; n += 1) cspLog.write(Date.now(), { csp }, `line ${n}`);
    };
    write(20);
    await cspLog.flush();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * DAY_MS });
    write(20);
    if (isWritten) await cspLog.flush();
    vi.useRealTimers();
    write(9_000);
    await cspLog.flush();
    expect(await readdir(desk.logDir)).toHaveLength(isWritten ? 3 : 1);

    expect((await listViolations(scope, { limit: 200 })).items).toHaveLength(200);
    const items = await allPages(scope, most);
    expect(items).toHaveLength(most);
    expect(new Set(items.map(({ id }) => id)).size).toBe(most);
    const times = items.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    // The lines of the jump say when they came by the clock of then.
    expect(times.filter((time) => time > Date.now() + DAY_MS)).toHaveLength(20);
  },
  60_000,
);
