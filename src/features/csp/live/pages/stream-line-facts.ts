import type { StreamLine } from './tail-rows.ts';

/** The facts in a line. Code, URLs, and text written by others can be copied in full. */
export type Fact = { name: string; value: string | null; isCode?: boolean };

type Violation = NonNullable<StreamLine['violation']>;

/** The facts in a line, by its kind. */
export function factsOf({ violation, raw }: Pick<StreamLine, 'violation' | 'raw'>): Fact[] {
  return violation ? violationFacts(violation) : otherFacts(raw);
}

const DISPOSITIONS = {
  enforce: 'Blocked (the policy is enforced)',
  report: 'Would be blocked (the policy is report-only)',
};

const FORMS = { 'report-uri': 'report-uri (deprecated)', 'report-to': 'report-to (Reporting API)' };

function violationFacts(violation: Violation): Fact[] {
  const { disposition, source_file, line, column, status_code } = violation;
  const source = source_file && [source_file, line, column].filter((part) => part !== null).join(':');
  return [
    { name: 'Outcome', value: disposition ? DISPOSITIONS[disposition] : 'The browser did not say' },
    { name: 'Directive', value: violation.directive, isCode: true },
    { name: 'Blocked', value: violation.blocked, isCode: true },
    { name: 'Blocked kind', value: violation.blocked_kind },
    { name: 'Page', value: violation.document, isCode: true },
    { name: 'Source', value: source, isCode: true },
    { name: 'Sample', value: violation.sample, isCode: true },
    { name: 'Referrer', value: violation.referrer, isCode: true },
    { name: 'Status code', value: status_code === null ? null : String(status_code) },
    { name: 'Browser', value: violation.browser },
    { name: 'User agent', value: violation.user_agent, isCode: true },
    { name: 'Reported by', value: FORMS[violation.form] },
    { name: 'Policy hash', value: violation.policy_hash, isCode: true },
    { name: 'Noise', value: violation.noise_reason ?? violation.noise ?? 'No' },
  ];
}

/** Of lines of other kinds, by their place in the record. */
const NAMES: [path: readonly string[], name: string, isCode?: true][] = [
  [['type'], 'Type'],
  [['url'], 'Page', true],
  [['browser'], 'Browser'],
  [['user_agent'], 'User agent', true],
  [['suppressed'], 'Reports counted'],
  [['dropped'], 'Lines dropped'],
  [['reason'], 'Reason'],
  [['msg'], 'Message'],
  [['csp', 'directive'], 'Directive', true],
  [['csp', 'blocked_kind'], 'Blocked kind'],
  [['csp', 'blocked_host'], 'Blocked host', true],
  [['csp', 'group'], 'Group', true],
  [['policy', 'policy_hash'], 'Policy hash', true],
  [['policy', 'text'], 'Policy', true],
  [['malformed', 'reason'], 'Reason'],
  [['malformed', 'entries'], 'Rejected entries'],
  [['malformed', 'bytes'], 'Size in bytes'],
  [['malformed', 'excerpt'], 'Beginning', true],
  [['malformed', 'user_agent'], 'User agent', true],
];

function otherFacts(raw: string): Fact[] {
  const record: unknown = JSON.parse(raw);
  return NAMES.flatMap(([path, name, isCode]) => {
    const value = path.reduce<unknown>((at, key) => Object(at)[key], record);
    return typeof value === 'string' || typeof value === 'number' ? [{ name, value: String(value), isCode }] : [];
  });
}
