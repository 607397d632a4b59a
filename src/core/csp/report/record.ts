import { boundedMemo } from '#core/bounded-memo.ts';
import type { BlockedKind } from '#core/csp/grouping/grouping.ts';
import {
  type Blocked,
  blockedOf,
  groupIdOf,
  groupText,
  normalizePolicy,
  shortHash,
} from '#core/csp/grouping/grouping.ts';
import { createNoiseMatcher } from '#core/csp/noise/noise.ts';
import { reportedAncestor } from '#core/csp/policy/ancestor.ts';
import { MOST_POLICY } from '#core/csp/policy/policy.ts';
import { browserOf } from '#core/http/user-agent-browser.ts';
import { ExactNumber } from '#core/json/exact-number.ts';
import { isJsonObject } from '#core/json/user-json.ts';
import { ownText } from '#core/text/own-text.ts';
import { redactNonces, redactText, redactUrl } from '#core/text/redact.ts';
import type { CspViolation, Disposition, OtherReport, ReportForm } from './report.ts';

/** A violation as the log has it: bounded, redacted, flat. `''` became null. */
export type CspRecord = {
  disposition: Disposition | null;
  directive: string;
  blocked: string | null;
  /** Null if the browser doesn’t say what was blocked. */
  blocked_kind: BlockedKind | null;
  blocked_host: string | null;
  document: string | null;
  source_file: string | null;
  line: number | null;
  column: number | null;
  sample: string | null;
  status_code: number | null;
  referrer: string | null;
  user_agent: string | null;
  browser: string;
  policy_hash: string | null;
  form: ReportForm;
  noise: string | null;
  group: string;
};

export type PolicyText = { policy_hash: string; text: string };

/** What a violation becomes: its line's message and fields, and its policy, whose text belongs in a line of its own. */
export type ViolationLine = { msg: string; csp: CspRecord; policy: PolicyText | null };

export type OtherLine = {
  msg: string;
  type: string;
  url: string | null;
  user_agent: string | null;
  browser: string;
  report: unknown;
};

/** What the request says beside its body. */
export type ReportContext = {
  /** `?d=`, for what a browser left out. */
  disposition: Disposition | null;
  /** The request's own `User-Agent`, `''` when it has none. */
  userAgent: string;
};

const MOST_SAMPLE = 256;
const MOST_USER_AGENT = 256;
/** Beyond this a policy is cut before it is read: servers take no such header. */
const MOST_POLICY_READ = 32_768;

/** Groups, policies, and browsers come again and again; URLs and samples too often don't. */
const MOST_GROUPS_REMEMBERED = 20_000;
const REMEMBERED = 200;
const LONGEST_KEY = 1_024;

export type RecordMaker = {
  violation(violation: CspViolation, context: ReportContext): ViolationLine;
  other(report: OtherReport, context: ReportContext): OtherLine;
};

/** Makes log records of reports. What it remembers is bounded, and only saves time. */
export function createRecordMaker(noiseOf = createNoiseMatcher()): RecordMaker {
  const groupOf = boundedMemo(MOST_GROUPS_REMEMBERED, LONGEST_KEY, groupIdOf);
  const userAgentOf = boundedMemo(REMEMBERED, LONGEST_KEY, readUserAgent);
  const policyOfRedacted = boundedMemo(REMEMBERED, 2 * MOST_POLICY, readPolicy);
  /** Without its nonces first: they differ from page to page, and the rest need not be read again. */
  const policyOf = (raw: string) => policyOfRedacted(redactNonces(raw.slice(0, MOST_POLICY_READ)));

  return {
    violation(violation, context) {
      const { directive, line } = violation;
      const { userAgent, browser } = userAgentOf(violation.userAgent || context.userAgent);
      const blocked = blockedOf(violation);
      const sample = redactText(violation.sample, MOST_SAMPLE);
      const sourceFile = redactUrl(violation.sourceFile);
      const policy = violation.policy === '' ? null : policyOf(violation.policy);
      const csp: CspRecord = {
        disposition: violation.disposition ?? context.disposition,
        directive,
        blocked: redactUrl(violation.blocked) || null,
        blocked_kind: blocked.kind,
        blocked_host: blocked.host,
        document: redactUrl(violation.document) || null,
        source_file: sourceFile || null,
        line,
        column: violation.column,
        sample: sample || null,
        status_code: violation.statusCode,
        referrer: redactUrl(violation.referrer) || null,
        user_agent: userAgent || null,
        browser,
        policy_hash: policy?.policy_hash ?? null,
        form: violation.form,
        noise: noiseOf({
          blockedUrl: violation.blocked,
          sourceFile: violation.sourceFile,
          document: violation.document,
          sample: violation.sample,
          // Based on the form of the policy that its hash covers, or two policies with one hash would have two labels.
          policy: policy?.text ?? '',
          directive,
          blocked,
          browser,
        }),
        group: groupOf(groupText({ directive, sample, sourceFile, line }, blocked)),
      };
      return { msg: messageOf(csp, blocked), csp, policy };
    },
    other(report, context) {
      const { userAgent, browser } = userAgentOf(report.userAgent || context.userAgent);
      const url = redactUrl(report.url);
      return {
        msg: `Report of ${report.type}${url ? ` at ${url}` : ''}`,
        type: report.type,
        url: url || null,
        user_agent: userAgent || null,
        browser,
        report: redactJson(report.report),
      };
    },
  };
}

function readPolicy(redacted: string): PolicyText {
  const text = normalizePolicy(redacted);
  return { policy_hash: shortHash(text), text: ownText(text.slice(0, MOST_POLICY)) };
}

const readUserAgent = (raw: string) => ({ userAgent: redactText(raw, MOST_USER_AGENT), browser: browserOf(raw) });

function messageOf(record: CspRecord, { kind, host, scheme }: Blocked): string {
  const { disposition, directive } = record;
  if (directive === 'frame-ancestors' && host !== null && !reportedAncestor(record))
    return `${verbOfOne(disposition)} ${directive} on ${host}`;
  const what = host ?? (kind === 'scheme' ? scheme && `${scheme}:` : kind);
  return `${verbOfOne(disposition)} ${directive || 'a directive'}${what ? ` from ${what}` : ''}`;
}

const verbOfOne = (disposition: Disposition | null): string =>
  disposition === 'enforce' ? 'Blocked' : disposition === 'report' ? 'Would block' : 'Violated';

/** True of all of these: a browser that does not tell its disposition may have blocked or only reported. */
const verbOf = ([first = null, ...others]: readonly (Disposition | null)[]): string =>
  verbOfOne(others.every((one) => one === first) ? first : null);

const COUNTED = /^\d+ more in this minute: /;
const VERB = /^(Blocked|Would block|Violated)(?= )/;

/**
 * What a group is called, of the message of one of its lines and the dispositions of all: `Violated …` where browsers
 * say different ones, or none.
 */
export const groupTitle = (message: string, dispositions: readonly (Disposition | null)[]): string =>
  message.replace(COUNTED, '').replace(VERB, dispositions.length > 0 ? verbOf(dispositions) : '$1');

const MOST_LEVELS = 4;
const MOST_MEMBERS = 24;
const MOST_TEXT = 512;
const MOST_NAME = 64;
/** Of all texts and numbers together, each with its place, so that the whole is a bounded line. */
const MOST_IN_ALL = 4_096;

/**
 * A JSON value with its texts redacted, URLs as URLs, and bounded in depth, members and length. What does not fit is
 * left out.
 */
export function redactJson(value: unknown): unknown {
  let room = MOST_IN_ALL;

  function text(raw: string, most: number): string {
    const kept = /^[a-z][a-z0-9+.-]*:\/\//i.test(raw) ? redactUrl(raw) : redactText(raw, most);
    const fitting = kept.slice(0, Math.max(0, room));
    room -= fitting.length;
    return fitting;
  }

  function copy(value: unknown, level: number): unknown {
    if (room <= 0) return undefined;
    room -= 1;
    if (typeof value === 'string') return text(value, MOST_TEXT);
    if (!Array.isArray(value) && !isJsonObject(value)) {
      room -= String(value).length;
      return room < 0 && value instanceof ExactNumber ? undefined : value;
    }
    if (level > MOST_LEVELS) return undefined;
    if (Array.isArray(value)) return value.slice(0, MOST_MEMBERS).map((member) => copy(member, level + 1) ?? null);
    const names = Object.keys(value).slice(0, MOST_MEMBERS);
    return Object.fromEntries(names.map((name) => [text(name, MOST_NAME), copy(value[name], level + 1)]));
  }

  return copy(value, 1);
}
