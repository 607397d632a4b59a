import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CspViolation, isViolation, parseReports } from '#core/csp/report/report.ts';
import { cspScope } from '#features/csp/csp-scope.ts';
import { createReportStream } from '#features/csp/live/report-stream.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import { createTestOrganization, createTestPlatform } from '../test-platform.ts';

/** What a test's report says; the rest is a script of a page of a shop. */
export type TestReport = Partial<Record<'blocked' | 'document' | 'sourceFile' | 'sample' | 'policy', string>> & {
  directive?: string;
  /** Null: the browser does not tell. */
  disposition?: 'enforce' | 'report' | null;
  userAgent?: string;
};

/** A platform with a log stream of its own, and the organization that sees it. */
export async function createCspConsole(env: Record<string, string> = {}) {
  const logDir = await mkdtemp(join(tmpdir(), 'honeyframe-csp-'));
  const platform = await createTestPlatform({ CSP_LOG_DIR: logDir, ...env });
  const organization = await createTestOrganization(platform);
  return {
    platform,
    organization,
    logDir,
    scope: (given?: Partial<Scope>) => cspScope(organization.scope(given)),
    report: reporter(platform),
    close: async () => {
      await platform.close();
      await rm(logDir, { recursive: true });
    },
  };
}

/** Writes reports to a log stream, as if they had come at these times, and waits until they can be read. */
export function reporter({ cspLog }: Pick<Platform, 'cspLog'>) {
  const stream = createReportStream(cspLog);
  return async (given: TestReport, ...times: Date[]): Promise<void> => {
    for (const at of times) stream.add(violationOf(given), { disposition: null, userAgent: '' }, at.getTime());
    await cspLog.flush();
  };
}

function violationOf({ directive = 'script-src-elem', disposition = 'enforce', ...given }: TestReport): CspViolation {
  const body = {
    'effective-directive': directive,
    disposition,
    'blocked-uri': given.blocked ?? 'https://cdn.example.com/a.js',
    'document-uri': given.document ?? 'https://shop.example/checkout',
    'source-file': given.sourceFile ?? '',
    'script-sample': given.sample ?? '',
    'original-policy': given.policy ?? "script-src 'self'",
  };
  const [report] = parseReports(Buffer.from(JSON.stringify({ 'csp-report': body }))).reports;
  if (!report || !isViolation(report)) throw new Error('This is no report of a violation.');
  return { ...report, userAgent: given.userAgent ?? '' };
}
