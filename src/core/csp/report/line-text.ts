import type { CspRecord } from './record.ts';

/**
 * The members of a violation's line as JSON, without braces: `"csp":{…},"msg":"…"`. Written by hand, because
 * `JSON.stringify` looks at each member's name and at each character of texts that have nothing to escape.
 */
export const violationText = (csp: CspRecord, msg: string): string =>
  `"csp":{"disposition":${quoted(csp.disposition)},"directive":${quoted(csp.directive)},"blocked":${quoted(csp.blocked)},"blocked_kind":${quoted(csp.blocked_kind)},"blocked_host":${quoted(csp.blocked_host)},"document":${quoted(csp.document)},"source_file":${quoted(csp.source_file)},"line":${csp.line},"column":${csp.column},"sample":${quoted(csp.sample)},"status_code":${csp.status_code},"referrer":${quoted(csp.referrer)},"user_agent":${quoted(csp.user_agent)},"browser":${quoted(csp.browser)},"policy_hash":${quoted(csp.policy_hash)},"form":"${csp.form}","noise":${quoted(csp.noise)},"group":"${csp.group}"},"msg":${quoted(msg)}`;

const HAS_TO_BE_ESCAPED = /["\\]|[^ -~]/;

const quoted = (text: string | null): string =>
  text === null ? 'null' : HAS_TO_BE_ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
