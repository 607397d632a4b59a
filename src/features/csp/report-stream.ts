import { createNoiseMatcher } from '#core/csp-noise.ts';
import { isBuiltIn, type OwnNoiseParts } from '#core/csp-noise-own.ts';
import { createRecordMaker, type PolicyText, type ReportContext } from '#core/csp-record.ts';
import {
  type CspViolation,
  isViolation,
  type OtherReport,
  parseEntry,
  parseReports,
  type Report,
} from '#core/csp-report.ts';
import { entriesOf, type ReportEntry } from '#core/csp-report-entries.ts';
import { createLineBudget, type LineAccount, type Suppressed } from '#core/line-budget.ts';
import { redactText } from '#core/redact.ts';
import type { CspLog, PreparedLine } from '#platform/csp-log.ts';
import type { Work } from './body-queue.ts';
import { knownEntries } from './known-entries.ts';
import { recurringViolations } from './recurring-violations.ts';

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

/** What a body held: so many reports, so many entries that were none, or no JSON at all. */
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

/** Of lines that are kept ready, with what they are found by. */
const REMEMBERED_KILOBYTES = 48_000;

/** Of texts of entries that are recognized, with their lines. */
const KNOWN_KILOBYTES = 48_000;

/** `bytes`: what it takes of memory, about. */
type ViolationInLog = { line: PreparedLine; account: LineAccount; policy: PolicyText | null; bytes: number };

/** A violation in the log that happened so long before it was received. */
type AgedViolation = ViolationInLog & { ageMs: number };

type Content = AgedViolation | OtherReport;

/** What a line says of a group's lines that were counted instead. */
type Subject = { msg: string; type?: string; csp?: object };

export function createReportStream(log: CspLog): ReportStream {
  const builtIn = createNoiseMatcher();
  let records = createRecordMaker(builtIn);
  const overflow = { msg: 'Reports of more groups than one minute holds' };
  const budget = createLineBudget<Subject>(LINES_PER_GROUP_AND_MINUTE, MOST_GROUPS, overflow);
  const malformedBodies = budget.accountOf('malformed bodies', {
    msg: 'Bodies that hold no report',
    type: 'csp_report_malformed',
  });
  let policies = { day: 0, written: new Set<string>() };
  let policyLines = { minute: 0, count: 0 };
  let summary: NodeJS.Timeout | undefined;

  const rememberLines = () =>
    recurringViolations<ViolationInLog>(REMEMBERED_KILOBYTES, (violation, context) => {
      const { msg, csp, policy } = records.violation(violation, context);
      const { disposition, directive, blocked_kind, blocked_host, noise, group } = csp;
      const subject = { msg, csp: { disposition, directive, blocked_kind, blocked_host, noise, group } };
      const line = log.prepare({ csp }, msg);
      const bytes = line.length + (policy?.text.length ?? 0);
      // A line that stands for many has one disposition and one built-in label: each has a budget of its own.
      const label = isBuiltIn(noise) ? noise : '';
      return { line, account: budget.accountOf(`${group} ${disposition} ${label}`, subject), policy, bytes };
    });
  let lineOf = rememberLines();
  let known = knownEntries<AgedViolation>(KNOWN_KILOBYTES);

  /** @returns whether the line is to be written. */
  function take(account: LineAccount, now: number): boolean {
    if (account.take(now)) return true;
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
    if (policies.day !== day || policies.written.size >= MOST_POLICIES) policies = { day, written: new Set() };
    if (policies.written.has(policy.policy_hash)) return;
    const minute = Math.floor(now / MINUTE_MS);
    if (policyLines.minute !== minute) policyLines = { minute, count: 0 };
    if (policyLines.count >= LINES_PER_GROUP_AND_MINUTE) return;
    policyLines.count += 1;
    policies.written.add(policy.policy_hash);
    log.summarize(now, { policy }, `Policy ${policy.policy_hash}`);
  }

  log.beforeClose(() => {
    clearTimeout(summary);
    for (const counted of budget.rest()) writeSuppressed(counted);
  });

  function addViolation({ line, account, policy, ageMs }: AgedViolation, receivedAt: number): void {
    if (policy) writePolicy(policy, receivedAt);
    if (take(account, receivedAt)) log.writePrepared(receivedAt - ageMs, line);
  }

  function addOther(report: OtherReport, context: ReportContext, receivedAt: number): void {
    const { msg, ...fields } = records.other(report, context);
    const account = budget.accountOf(`type ${fields.type}`, { msg, type: fields.type });
    if (take(account, receivedAt)) log.write(receivedAt - report.ageMs, fields, msg);
  }

  const inLog = (violation: CspViolation, context: ReportContext): AgedViolation => ({
    ...lineOf(violation, context, records.policyHash(violation.policy)),
    ageMs: violation.ageMs,
  });

  /** @throws SyntaxError for a text that is no JSON. */
  function read(body: Uint8Array, entry: ReportEntry, context: ReportContext): Content | null {
    const report = parseEntry(body.subarray(entry.start, entry.end));
    if (!report || !isViolation(report)) return report;
    const violation = inLog(report, context);
    known.learn(entry, context, violation);
    return violation;
  }

  /** What a body's entries hold; null when it is to be read as a whole. */
  function* contentsOf(body: Uint8Array, context: ReportContext): Work<(Content | null)[] | null> {
    const entries = entriesOf(body);
    if (!entries) return null;
    const contents: (Content | null)[] = [];
    try {
      for (const entry of entries) {
        const made = known.find(entry, context);
        contents.push(made ? { ...made, ageMs: entry.ageMs ?? made.ageMs } : read(body, entry, context));
        if (contents.length % SLICE === 0) yield;
      }
    } catch {
      return null;
    }
    return contents;
  }

  function addContent(content: Content, context: ReportContext, receivedAt: number): void {
    if ('line' in content) addViolation(content, receivedAt);
    else addOther(content, context, receivedAt);
  }

  function add(report: Report, context: ReportContext, receivedAt: number): void {
    addContent(isViolation(report) ? inLog(report, context) : report, context, receivedAt);
  }

  return {
    add,
    *addBody(body, context, receivedAt) {
      const contents = yield* contentsOf(body, context);
      if (contents) {
        let held = 0;
        for (const content of contents) {
          if (content === null) continue;
          addContent(content, context, receivedAt);
          held += 1;
          if (held % SLICE === 0) yield;
        }
        return { reports: held, rejected: contents.length - held, notJson: false };
      }
      const { reports, ...rest } = parseReports(body);
      for (const [index, report] of reports.entries()) {
        add(report, context, receivedAt);
        if (index % SLICE === SLICE - 1) yield;
      }
      return { ...rest, reports: reports.length };
    },
    addMalformed(body, { reason, entries, userAgent }, receivedAt) {
      if (!take(malformedBodies, receivedAt)) return;
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
      records = createRecordMaker((subject) => builtIn(subject) ?? own(subject));
      lineOf = rememberLines();
      known = knownEntries(KNOWN_KILOBYTES);
    },
  };
}
