import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { cspScope } from '#features/csp/csp-scope.ts';
import { listGroups } from '#features/csp/groups/list-groups.ts';
import { listViolations } from '#features/csp/log/list-lines.ts';
import { getTimeline } from '#features/csp/timeline/get-timeline.ts';
import { loadConfig } from '#platform/config.ts';
import { startEmbeddedPostgres } from '#platform/embedded/embedded-postgres.ts';
import { createLog } from '#platform/log-files/log.ts';
import { openPlatform } from '#platform/open-platform.ts';
import { writeCspLog } from '#testing/csp/log-load.ts';
import { makeDataDir, removeDataDir } from '#testing/running-console.ts';
import { createTestOrganization } from '#testing/test-platform.ts';
import { applyMigrations } from '../prisma/migrate.ts';

/**
 * The groups of 1,000,000 lines and the newest 100, as a ratio to plain DuckDB over the same files in the same process.
 * The two take turns. Ours is asked each time for another end of the time, so that no answer is one that was kept.
 */
const LINES = 1_000_000;
const ROUNDS = 7;
const HOUR_MS = 60 * 60 * 1000;

const FROM = (columns: string) => `from read_ndjson($files, columns = ${columns}, ignore_errors = true)`;
const RECORD =
  'STRUCT("group" VARCHAR, disposition VARCHAR, directive VARCHAR, blocked VARCHAR, blocked_kind VARCHAR, blocked_host VARCHAR, document VARCHAR, sample VARCHAR, browser VARCHAR, noise VARCHAR)';
/** What the page of groups shows, as one writes it who knows nothing of noise, mutes and lines that stand for many. */
const PLAIN_GROUPS = `
  select csp."group", count(*) as count, min(time), max(time), any_value(csp.disposition), any_value(csp.directive),
    any_value(csp.blocked_kind), any_value(csp.blocked_host), any_value(csp.noise), any_value(msg),
    arg_max(csp.blocked, time), arg_max(csp.document, time), arg_max(csp.sample, time),
    histogram(csp.browser), histogram(time // ${2 * HOUR_MS}), count(distinct csp.document)
  ${FROM(`{time: 'BIGINT', msg: 'VARCHAR', csp: '${RECORD}'}`)} group by 1 order by count desc limit 50`;
const PLAIN_TIMELINE = `
  select time // ${HOUR_MS} as bar, csp.directive, count(*) ${FROM(`{time: 'BIGINT', csp: '${RECORD}'}`)} group by all`;
const PLAIN_NEWEST = `select * ${FROM(`{time: 'BIGINT', id: 'VARCHAR', csp: '${RECORD}'}`)} order by time desc, id desc limit 100`;
const PLAIN_FILTERED = `
  select * ${FROM(`{time: 'BIGINT', id: 'VARCHAR', csp: '${RECORD}'}`)}
  where csp.blocked_host = 'tags-7.example.org' and csp.document like '%orders%' order by time desc, id desc limit 100`;

const folder = mkdtempSync(join(tmpdir(), 'honeyframe-bench-'));
const dataDir = await makeDataDir();
const log = createLog('silent');
const postgres = await startEmbeddedPostgres({ dataDir, log, purpose: 'console' });
const until = Date.now() - HOUR_MS;

try {
  await applyMigrations(postgres.connectionString);
  await writeCspLog(folder, { lines: LINES, writers: 3, since: until - 46 * HOUR_MS, until, fileBytes: 62_500_000 });
  const files = readdirSync(folder).map((name) => join(folder, name));
  const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  console.log(`csp-read: ${LINES} lines of 3 writers, ${files.length} files, ${Math.round(megabytes)} MB`);

  const secret = randomBytes(32).toString('base64');
  const config = loadConfig({
    DATABASE_URL: postgres.connectionString,
    HONEYFRAME_SECRET: secret,
    CSP_LOG_DIR: folder,
    LOG_LEVEL: 'silent',
  });
  const platform = await openPlatform(config, log, postgres.connectionString);
  const scope = await cspScope((await createTestOrganization(platform)).scope());
  const plain = async (sql: string) =>
    (await platform.duckdb.ask({ sql, parameters: { files }, row: z.record(z.string(), z.unknown()) })).length;

  let asked = 0;
  const range = () => {
    asked += 1;
    return { since: new Date(until - 48 * HOUR_MS), until: new Date(until + asked) };
  };
  const groups = async () => (await listGroups(scope, { ...range(), limit: 50, sort: 'count' })).items.length;
  const timeline = async () => (await getTimeline(scope, range())).items.length;
  const newest = async () => (await listViolations(scope, { limit: 100 })).items.length;
  const filtered = async () =>
    (await listViolations(scope, { ...range(), limit: 100, blocked_host: 'tags-7.example.org', document: 'orders' }))
      .items.length;
  await compare('groups', groups, () => plain(PLAIN_GROUPS));
  await compare('timeline', timeline, () => plain(PLAIN_TIMELINE));
  await compare('newest 100', newest, () => plain(PLAIN_NEWEST));
  await compare('100 by two filters', filtered, () => plain(PLAIN_FILTERED));
  await platform.close();
} finally {
  await postgres.stop();
  await removeDataDir(dataDir);
  rmSync(folder, { recursive: true, force: true });
}

async function compare(what: string, ours: () => Promise<number>, plain: () => Promise<number>): Promise<void> {
  const times = { ours: [] as number[], plain: [] as number[] };
  let rows = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, work] of [
      ['ours', ours],
      ['plain', plain],
    ] as const) {
      const started = performance.now();
      const count = await work();
      // The first round warms up.
      if (round > 0) times[name].push(performance.now() - started);
      if (name === 'ours') rows = count;
    }
  }
  const [ourMs, plainMs] = [median(times.ours), median(times.plain)];
  console.log(
    `csp-read: ${what}: ${ourMs.toFixed(1)} ms, plain DuckDB ${plainMs.toFixed(1)} ms, ratio ${(ourMs / plainMs).toFixed(2)} (${rows} rows, median of ${ROUNDS} rounds)`,
  );
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
