import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseReports } from '#core/csp/report/report.ts';
import { createReportStream, LINES_PER_GROUP_AND_MINUTE } from '#features/csp/live/report-stream.ts';
import { loadConfig } from '#platform/config.ts';
import { openCspLog } from '#platform/log-files/csp-log.ts';
import { createLog } from '#platform/log-files/log.ts';
import { readCspSamples } from '#testing/csp/sample.ts';
import { readLogFiles } from '#testing/log-files.ts';

const NOW = Date.now();
const CONTEXT = { userAgent: 'Mozilla/5.0', disposition: null };

/** Every kind of line that the stream knows, as the real thing writes it. */
async function writeEveryKind(): Promise<object[]> {
  const dir = await mkdtemp(join(tmpdir(), 'honeyframe-csp-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const log = openCspLog(loadConfig({ CSP_LOG_DIR: dir, LOG_LEVEL: 'silent' }), createLog('silent'));
  const stream = createReportStream(log);
  const reports = readCspSamples().flatMap(({ body }) => parseReports(body).reports);
  for (const report of reports)
    for (let times = 0; times <= LINES_PER_GROUP_AND_MINUTE; times += 1) stream.add(report, CONTEXT, NOW);
  stream.addMalformed(Buffer.from('{'), { reason: 'not JSON', entries: 0, userAgent: '' }, NOW);
  await log.flush();
  // More than may wait, in one turn.
  for (let line = 0; line < 12_000; line += 1)
    log.write(NOW, { policy: { policy_hash: '', text: 'x'.repeat(900) } }, '');
  await log.close();
  return readLogFiles(dir);
}

/** `csp.directive` and so on; what browsers put into `report` is theirs. */
function fieldsOf(value: object, above = ''): string[] {
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null && name !== 'report' ? fieldsOf(inner, `${name}.`) : `${above}${name}`,
  );
}

test('docs/csp-log.md tells of every field of every kind of line, and of no other', async () => {
  const [, tables = ''] = /\n## Fields\n(.*?)\n## /s.exec(await readFile('docs/csp-log.md', 'utf8')) ?? [];
  const told = [...tables.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name);
  const written = new Set((await writeEveryKind()).flatMap((line) => fieldsOf(line)));
  expect(new Set(told)).toEqual(written);
});
