import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { decodePosition } from '#core/text/cursor.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { countOf, spelled } from '#testing/counts.ts';
import { connectAsPlatform, holdTransaction } from '#testing/held-transaction.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { listAuditLog } from './audit-log/list-audit-log.ts';
import { listRuns } from './pipeline-runs/list-runs.ts';

vi.setConfig({ testTimeout: 180_000 });

const WRITERS = 8;
const COMMITS = countOf('polledCommits');
/** Of a writer's commits, how many are held open, and for how long. */
const HELD_EVERY = 250;
const HELD_MS = 2_000;

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

type Page = { items: { id: string }[]; next_cursor: string | null };

/** Asks again and again, as a program does, until the writers are done and nothing more comes. */
async function pollWhile(writing: Promise<unknown>, ask: (position: bigint) => Promise<Page>): Promise<string[]> {
  const seen: string[] = [];
  let isDone = false;
  void writing.finally(() => {
    isDone = true;
  });
  for (let position = 0n; ; ) {
    const wasDone = isDone;
    const { items, next_cursor } = await ask(position);
    seen.push(...items.map(({ id }) => id));
    position = decodePosition(next_cursor ?? '') ?? -1n;
    expect(position).toBeGreaterThanOrEqual(0n);
    if (wasDone && items.length === 0) return seen;
    if (items.length === 0) await delay(1);
  }
}

/** Many connections that commit one row each time; now and then one holds its transaction open while the others go on. */
async function writeAll(statement: string): Promise<void> {
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const client = await connectAsPlatform(platform.config.databaseUrl ?? '');
      try {
        for (let index = 0; index < COMMITS / WRITERS; index += 1) {
          const isHeld = index % HELD_EVERY === writer;
          const held = () => (isHeld ? delay(HELD_MS) : Promise.resolve());
          await holdTransaction(client, statement, [organization.id, `${writer}-${index}`], held);
        }
      } finally {
        await client.end();
      }
    }),
  );
}

describe(`a poller that polls during ${spelled(COMMITS)} concurrent commits, some held open for seconds`, () => {
  test('sees each change of a pipeline run exactly once', async () => {
    const writing = writeAll(
      'insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name) values ($1, $2, $2)',
    );
    const seen = await pollWhile(writing, (position) =>
      listRuns(organization.scope(), { order: 'asc', limit: 200, cursor: { id: null, position } }),
    );
    await writing;
    expect(seen).toHaveLength(COMMITS);
    expect(new Set(seen).size).toBe(COMMITS);
  });

  test('sees each row of the audit log exactly once', async () => {
    const writing = writeAll(
      `insert into dataintel.audit_log (organization_id, actor_type, actor_id, actor_name, action, target_type, target_id, target_name)
       values ($1, 'system', $2, $2, 'poll.tested', 't', $2, $2)`,
    );
    const seen = await pollWhile(writing, (position) =>
      listAuditLog(organization.scope(), {
        order: 'asc',
        limit: 200,
        cursor: { id: null, position },
        action: 'poll.tested',
      }),
    );
    await writing;
    expect(seen).toHaveLength(COMMITS);
    expect(new Set(seen).size).toBe(COMMITS);
  });
});
