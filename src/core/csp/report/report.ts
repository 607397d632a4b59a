import { readJson } from '#core/json/user-json.ts';
import { ownText } from '#core/text/own-text.ts';
import { cleanEscapes } from '#core/text/storable-text.ts';
import { byName, type ReportField } from './report-fields.ts';

/** How a report came: the old directive's own body, or the Reporting API's. Decided by the body's shape alone. */
export type ReportForm = 'report-uri' | 'report-to';

export type Disposition = 'enforce' | 'report';

/** A CSP violation in the words of CSP Level 3 §5.3. A text that the browser left out is `''`, a number null. */
export type CspViolation = {
  type: 'csp-violation';
  form: ReportForm;
  /** How long before it was sent the violation happened. */
  ageMs: number;
  /** What the report itself says; the request's header says it otherwise. */
  userAgent: string;
  disposition: Disposition | null;
  /** Lower case; unknown directives are kept; `''` when the browser named none. */
  directive: string;
  blocked: string;
  document: string;
  referrer: string;
  sourceFile: string;
  line: number | null;
  column: number | null;
  statusCode: number | null;
  sample: string;
  policy: string;
};

/** Any other report of the Reporting API: `deprecation`, `coep`, `csp-hash`, … */
export type OtherReport = {
  type: string;
  form: 'report-to';
  ageMs: number;
  userAgent: string;
  url: string;
  report: Record<string, unknown>;
};

export type Report = CspViolation | OtherReport;

export type ParsedReports = {
  reports: Report[];
  /** How many entries held no report. */
  rejected: number;
  /** Set when the body is no JSON at all. */
  notJson: boolean;
};

export const isViolation = (report: Report): report is CspViolation => report.type === 'csp-violation';

/**
 * The reports in a request's body, in their order. Takes every shape that browsers send: `{"csp-report": {…}}` with or
 * without WebKit's `type` and `url` beside it, one `{"type","url","body"}`, a list of those, and the bare old form.
 * Nothing makes it throw: a bad entry costs only itself.
 */
export function parseReports(body: Uint8Array): ParsedReports {
  const read = readEntries(body);
  if (!read) return { reports: [], rejected: 0, notJson: true };
  const entries = [...read];
  const reports = entries.filter((report) => report !== null);
  return { reports, rejected: entries.length - reports.length, notJson: false };
}

/**
 * The same, entry by entry, for whoever works on a large body in slices: the JSON is parsed at once, and each report is
 * read when it is asked for.
 * @returns an item for each entry, null for one that holds no report; null when the body is not JSON.
 */
export function readEntries(body: Uint8Array): Iterable<Report | null> | null {
  const text = decode(body);
  try {
    const value: unknown = JSON.parse(text);
    return reportsOf(Array.isArray(value) ? value : [value], text);
  } catch {
    return null;
  }
}

function* reportsOf(entries: readonly unknown[], text: string): Generator<Report | null, void> {
  let exact: unknown;
  for (const [index, entry] of entries.entries()) {
    const exactly = () => {
      exact ??= readJson(text);
      return Array.isArray(exact) ? exact[index] : exact;
    };
    yield isObject(entry) ? readEntry(entry, exactly) : null;
  }
}

/**
 * UTF-8, with or without a byte order mark; what is no UTF-8 becomes U+FFFD, and so do escapes of what cannot be stored.
 * A `TextDecoder` takes twice as long.
 */
function decode(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  return cleanEscapes(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}

type JsonObject = Record<string, unknown>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What Reporting API entries say of violations: `csp-violation`, and Chromium before 70 `csp`. */
const VIOLATION_TYPES = new Set(['csp-violation', 'csp']);
const REPORT_TYPE = /^[a-z][a-z0-9-]{0,63}$/;

/** @param exactly reads the entry again with its numbers as they were written, which takes longer: of a violation nobody asks. */
function readEntry(entry: JsonObject, exactly: () => unknown): Report | null {
  const old = entry['csp-report'] ?? entry.cspReport ?? entry.csp_report;
  if (isObject(old)) return readViolation(old, 'report-uri', entry);
  const { body } = entry;
  const type = typeof entry.type === 'string' ? entry.type.toLowerCase() : '';
  if (!VIOLATION_TYPES.has(type) && REPORT_TYPE.test(type)) return readOther(type, entry, exactly);
  if (isObject(body)) return readViolation(body, 'report-to', entry);
  return body === undefined ? readViolation(entry, 'report-uri', entry) : null;
}

function readOther(type: string, entry: JsonObject, exactly: () => unknown): OtherReport | null {
  const { body } = entry;
  // A crash report may say nothing more than that it happened.
  if (!isObject(body) && body !== null && !(body === undefined && typeof entry.url === 'string')) return null;
  return {
    type,
    form: 'report-to',
    ageMs: ageOf(entry),
    userAgent: textOf(entry.user_agent),
    url: textOf(entry.url),
    report: isObject(body) ? bodyOf(exactly()) : {},
  };
}

function bodyOf(entry: unknown): JsonObject {
  const body = isObject(entry) ? entry.body : null;
  return isObject(body) ? body : {};
}

function readViolation(fields: JsonObject, form: ReportForm, entry: JsonObject): CspViolation | null {
  const violation: CspViolation = {
    type: 'csp-violation',
    form,
    ageMs: ageOf(entry),
    userAgent: textOf(entry.user_agent),
    disposition: null,
    directive: '',
    blocked: '',
    document: '',
    referrer: '',
    sourceFile: '',
    line: null,
    column: null,
    statusCode: null,
    sample: '',
    policy: '',
  };
  for (const key in fields) {
    const value = fields[key];
    if (value !== null && value !== '') readerOf(key)?.(violation, value);
  }
  if (violation.directive === '' && violation.blocked === '') return null;
  if (violation.document === '') violation.document = textOf(entry.url);
  return violation;
}

/** How each field is read into a violation. */
const READ: Record<ReportField, (violation: CspViolation, value: unknown) => void> = {
  document: (violation, value) => {
    violation.document = textOf(value);
  },
  referrer: (violation, value) => {
    violation.referrer = textOf(value);
  },
  blocked: (violation, value) => {
    violation.blocked = blockedOf(textOf(value));
  },
  effectiveDirective: (violation, value) => {
    violation.directive = directiveOf(value) || violation.directive;
  },
  violatedDirective: (violation, value) => {
    violation.directive ||= directiveOf(value);
  },
  policy: (violation, value) => {
    violation.policy = textOf(value);
  },
  disposition: (violation, value) => {
    violation.disposition = dispositionOf(value);
  },
  statusCode: (violation, value) => {
    violation.statusCode = wholeNumberOf(value);
  },
  sample: (violation, value) => {
    violation.sample = textOf(value);
  },
  sourceFile: (violation, value) => {
    violation.sourceFile = textOf(value);
  },
  line: (violation, value) => {
    violation.line = positionOf(value);
  },
  column: (violation, value) => {
    violation.column = positionOf(value);
  },
};

const readerOf = byName(READ);

/** A value as a disposition, or null for anything else. */
export function dispositionOf(value: unknown): Disposition | null {
  if (value === 'enforce' || value === 'report') return value;
  const text = textOf(value).toLowerCase();
  return text === 'enforce' || text === 'report' ? text : null;
}

const NAME_ALONE = /^[a-z-]{1,64}$/;

/** CSP 1 and 2 put the directive's whole text there, CSP 3 its name. */
function directiveOf(value: unknown): string {
  if (typeof value === 'string' && NAME_ALONE.test(value)) return value;
  const name = /^\s*([^\s;,]{1,64})/.exec(textOf(value))?.[1] ?? '';
  return ownText(name.toLowerCase());
}

/** Old browsers send `data:` and `blob:` URLs whole; CSP 3 §5.3 asks for the scheme alone, for they hold content. */
function blockedOf(blocked: string): string {
  if (blocked.startsWith('http')) return blocked;
  const [, scheme] = /^(data|blob|filesystem|javascript|about):/i.exec(blocked) ?? [];
  return scheme ? scheme.toLowerCase() : blocked;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return isTrimmed(value) ? value : trimmed(value);
  return typeof value === 'number' ? String(value) : '';
}

/** A text that ends in an ellipsis, as Firefox's samples do, is trimmed already. */
function trimmed(value: string): string {
  const text = value.trim();
  return text.length === value.length ? value : ownText(text);
}

/** Whether a text has visible ASCII at both ends, as most have: to trim takes longer than to look. */
const isTrimmed = (text: string): boolean =>
  isVisible(text.charCodeAt(0)) && isVisible(text.charCodeAt(text.length - 1));

const isVisible = (code: number): boolean => code > 0x20 && code < 0x7f;

function wholeNumberOf(value: unknown): number | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  if (typeof value === 'string' && !/^\s*\d{1,15}(\.\d*)?\s*$/.test(value)) return null;
  const number = Math.trunc(Number(value));
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** Lines and columns are counted from 1; WebKit says 0 when it does not know. */
const positionOf = (value: unknown): number | null => wholeNumberOf(value) || null;

/** A browser keeps a report for two days at most (Reporting API §3.5 leaves it open, Chromium gives up after that). */
const MOST_AGE_MS = 48 * 60 * 60 * 1000;

/** How long before it was sent an entry says that it happened, in ms. */
const ageOf = ({ age }: JsonObject): number => Math.min(wholeNumberOf(age) ?? 0, MOST_AGE_MS);
