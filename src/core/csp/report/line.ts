import type { BlockedKind } from '#core/csp/grouping/grouping.ts';
import type { CspRecord } from './record.ts';

export const DISPOSITIONS = ['enforce', 'report'] as const;
export const BLOCKED_KINDS = ['inline', 'eval', 'wasm-eval', 'trusted-types', 'scheme', 'host'] as const;
export const REPORT_FORMS = ['report-uri', 'report-to'] as const;
export const LINE_KINDS = ['violation', 'report', 'policy', 'suppressed', 'dropped', 'malformed'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** A line of the log stream, read back. */
export type CspLine = {
  /** Where it stands among all lines: a later line's key is the larger text. */
  key: string;
  id: string;
  kind: LineKind;
  /** In ms since 1970. */
  time: number;
  msg: string;
  /** Of a violation; of a suppressed one what all of the group have in common. */
  csp: CspRecord | null;
  /** Of other reports. */
  type: string | null;
  url: string | null;
  browser: string | null;
  policy: { policy_hash: string; text: string } | null;
  suppressed: number | null;
  raw: string;
};

const ID = /^([\w.-]{1,80})-(\d{16})$/;
const GROUP = /^[0-9a-f]{16}$/;

/** The key of a line with this id: first when it came, then its writer. Null for ids that do not tell. */
export function keyOfId(id: string): string | null {
  const [, writer, arrived] = ID.exec(id) ?? [];
  return writer && arrived ? `${arrived}-${writer}` : null;
}

const ARRIVED_DIGITS = 16;
/** Before the keys of all lines that came then or later, and after those of all that came before. In ms since 1970. */
export const keyOfTime = (time: number): string =>
  String(Math.max(0, Math.floor(time * 1000))).padStart(ARRIVED_DIGITS, '0');

/** When the line with this key came, in ms since 1970. */
export const arrivalOfKey = (key: string): number => Number(key.slice(0, ARRIVED_DIGITS)) / 1000;

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const whole = (value: unknown): number | null => (Number.isSafeInteger(value) ? Number(value) : null);
const oneOf = <Value extends string>(values: readonly Value[], value: unknown): Value | null =>
  values.find((one) => one === value) ?? null;

/**
 * Reads a line. @param place its key and id, where the line has no id that tells when it came.
 * @returns null for what is no line of the stream: it costs only itself.
 */
export function parseLine(raw: string, place: { key: string; id: string } | null): CspLine | null {
  const line = parseFields(raw);
  const time = whole(line?.time);
  if (!line || time === null || Math.abs(time) > 8.64e15) return null;
  const id = text(line.id);
  const key = place?.key ?? (id === null ? null : keyOfId(id));
  const kind = kindOf(line);
  if (key === null || kind === null) return null;
  const csp = recordOf(fieldsOf(line.csp));
  if (kind === 'violation' && csp === null) return null;
  const policy = fieldsOf(line.policy);
  return {
    key,
    id: id ?? place?.id ?? key,
    kind,
    time,
    msg: text(line.msg) ?? '',
    csp,
    type: text(line.type),
    url: text(line.url),
    browser: text(line.browser),
    policy: policy && { policy_hash: text(policy.policy_hash) ?? '', text: text(policy.text) ?? '' },
    suppressed: whole(line.suppressed),
    raw,
  };
}

function parseFields(raw: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(raw));
  } catch {
    return null;
  }
}

function kindOf(line: Fields): LineKind | null {
  if (typeof line.dropped === 'number') return 'dropped';
  if (typeof line.suppressed === 'number') return 'suppressed';
  if (fieldsOf(line.csp)) return 'violation';
  if (fieldsOf(line.policy)) return 'policy';
  if (line.type === 'csp_report_malformed') return 'malformed';
  return typeof line.type === 'string' ? 'report' : null;
}

function recordOf(csp: Fields | null): CspRecord | null {
  const group = text(csp?.group);
  const kind = oneOf<BlockedKind>(BLOCKED_KINDS, csp?.blocked_kind);
  if (!csp || !group || !GROUP.test(group) || (kind === null && (csp.blocked_kind ?? null) !== null)) return null;
  return {
    disposition: oneOf(DISPOSITIONS, csp.disposition),
    directive: text(csp.directive) ?? '',
    blocked: text(csp.blocked),
    blocked_kind: kind,
    blocked_host: text(csp.blocked_host),
    document: text(csp.document),
    source_file: text(csp.source_file),
    line: whole(csp.line),
    column: whole(csp.column),
    sample: text(csp.sample),
    status_code: whole(csp.status_code),
    referrer: text(csp.referrer),
    user_agent: text(csp.user_agent),
    browser: text(csp.browser) ?? 'Other',
    policy_hash: text(csp.policy_hash),
    form: oneOf(REPORT_FORMS, csp.form) ?? 'report-uri',
    noise: text(csp.noise),
    group,
  };
}
