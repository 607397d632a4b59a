import { LRUCache } from 'lru-cache';
import { createNoiseMatcher } from '#core/csp/noise/noise.ts';
import { isBuiltIn, type OwnNoiseParts } from '#core/csp/noise/own-noise.ts';
import { violationText } from '#core/csp/report/line-text.ts';
import { createRecordMaker, type PolicyText, type ReportContext } from '#core/csp/report/record.ts';
import { type CspViolation, isViolation, type OtherReport, type Report, readEntries } from '#core/csp/report/report.ts';
import { createLineBudget, type Suppressed } from '#core/lines/line-budget.ts';
import { redactText } from '#core/text/redact.ts';
import type { Work } from '#features/csp/receive/body-queue.ts';
import type { CspLog } from '#platform/log-files/csp-log.ts';

/** From reports to lines of the log. */
export type ReportStream = {
  /** Writes a report's line, or counts it when its group has had its lines in this minute. */
  add(report: Report, context: ReportContext, receivedAt: number): void;
  /** The same for each report in a request's body, in slices that take some ms each. */
  addBody(body: Uint8Array, context: ReportContext, receivedAt: number): Work<Added>;
  /** Writes an excerpt of a body, or of entries of one, that held no report. */
  addMalformed(body: Uint8Array, what: Malformed, receivedAt: number): void;
  /** Labels what comes from now on by these rules too, where no built-in one does. */
  useOwnRules(rules: readonly OwnNoiseParts[]): void;
};

/** What a body contained: its number of reports, its number of entries that were not reports, or no JSON at all. */
export type Added = { reports: number; rejected: number; notJson: boolean };

export type Malformed = { reason: 'not JSON' | 'no report'; entries: number; userAgent: string };

/** Enough to see what happens and how often; the rest of a group's lines in a minute is one line. */
export const LINES_PER_GROUP_AND_MINUTE = 300;
/** Groups in a minute; what comes in others shares one budget. */
const MOST_GROUPS = 50_000;
const MOST_POLICIES = 1_000;
const MOST_EXCERPT_BYTES = 256;
const MINUTE_MS = 60_000;

/** Reports that are worked on without a pause: browsers send no more at once. */
const SLICE = 100;

/** What a line says of a group's lines that were counted instead. */
type Subject = { msg: string; type?: string; csp?: object };

export function createReportStream(log: CspLog): ReportStream {
  const builtIn = createNoiseMatcher();
  let records = createRecordMaker(builtIn);
  const overflow = { msg: 'Reports of more groups than one minute holds' };
  const budget = createLineBudget<Subject>(LINES_PER_GROUP_AND_MINUTE, MOST_GROUPS, overflow);
  const malformedBodies = { msg: 'Bodies that hold no report', type: 'csp_report_malformed' };
  /** The day on which a policy's text was last written, by its hash. */
  const writtenPolicies = new LRUCache<string, number>({ max: MOST_POLICIES });
  let policyLines = { minute: 0, count: 0 };
  let summary: NodeJS.Timeout | undefined;

  /** @returns whether the line is to be written. */
  function take(group: string, part: string, subject: () => Subject, now: number): boolean {
    if (budget.take(group, part, subject, now)) return true;
    summary ??= setTimeout(
      () => {
        summary = undefined;
        for (const counted of budget.ended(Date.now())) writeSuppressed(counted);
      },
      MINUTE_MS - (now % MINUTE_MS) + 50,
    ).unref();
    return false;
  }

  function writeSuppressed({ subject: { msg, ...subject }, lines, lastAt }: Suppressed<Subject>): void {
    log.summarize(lastAt, { suppressed: lines, ...subject }, `${lines} more in this minute: ${msg}`);
  }

  /** Once per hash and day, for the oldest files are removed one day; what is too much for a minute comes later. */
  function writePolicy(policy: PolicyText, now: number): void {
    const day = Math.floor(now / (24 * 60 * MINUTE_MS));
    if (writtenPolicies.get(policy.policy_hash) === day) return;
    const minute = Math.floor(now / MINUTE_MS);
    if (policyLines.minute !== minute) policyLines = { minute, count: 0 };
    if (policyLines.count >= LINES_PER_GROUP_AND_MINUTE) return;
    policyLines.count += 1;
    writtenPolicies.set(policy.policy_hash, day);
    log.summarize(now, { policy }, `Policy ${policy.policy_hash}`);
  }

  log.beforeClose(() => {
    clearTimeout(summary);
    for (const counted of budget.rest()) writeSuppressed(counted);
  });

  function addViolation(violation: CspViolation, context: ReportContext, receivedAt: number): void {
    const { msg, csp, policy } = records.violation(violation, context);
    if (policy) writePolicy(policy, receivedAt);
    // A line that counts several reports has one disposition and one built-in label, so each combination has its own
    // budget.
    const disposition = csp.disposition ?? '';
    const part = isBuiltIn(csp.noise) ? `${disposition} ${csp.noise}` : disposition;
    const subject = () => {
      const { disposition, directive, blocked_kind, blocked_host, noise, group } = csp;
      return { msg, csp: { disposition, directive, blocked_kind, blocked_host, noise, group } };
    };
    if (take(csp.group, part, subject, receivedAt))
      log.writeText(receivedAt - violation.ageMs, violationText(csp, msg));
  }

  function addOther(report: OtherReport, context: ReportContext, receivedAt: number): void {
    const { msg, ...fields } = records.other(report, context);
    if (take(fields.type, 'type', () => ({ msg, type: fields.type }), receivedAt))
      log.write(receivedAt - report.ageMs, fields, msg);
  }

  function add(report: Report, context: ReportContext, receivedAt: number): void {
    if (isViolation(report)) addViolation(report, context, receivedAt);
    else addOther(report, context, receivedAt);
  }

  return {
    add,
    *addBody(body, context, receivedAt) {
      const entries = readEntries(body);
      if (!entries) return { reports: 0, rejected: 0, notJson: true };
      const added = { reports: 0, rejected: 0, notJson: false };
      for (const report of entries) {
        if (report) add(report, context, receivedAt);
        added[report ? 'reports' : 'rejected'] += 1;
        if ((added.reports + added.rejected) % SLICE === 0) yield;
      }
      return added;
    },
    addMalformed(body, { reason, entries, userAgent }, receivedAt) {
      if (!take('malformed bodies', 'malformed', () => malformedBodies, receivedAt)) return;
      const malformed = {
        reason,
        entries,
        bytes: body.length,
        excerpt: redactText(new TextDecoder().decode(body.subarray(0, MOST_EXCERPT_BYTES)), MOST_EXCERPT_BYTES),
        user_agent: redactText(userAgent, MOST_EXCERPT_BYTES) || null,
      };
      log.write(receivedAt, { type: 'csp_report_malformed', malformed }, `csp_report_malformed: ${reason}`);
    },
    useOwnRules(rules) {
      const own = createNoiseMatcher(rules);
      records = createRecordMaker(rules.length === 0 ? builtIn : (subject) => builtIn(subject) ?? own(subject));
    },
  };
}
