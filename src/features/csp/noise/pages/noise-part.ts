import type { ExplainedViolation } from '#core/csp/grouping/explanation.ts';

type Part = { host: string } | { scheme: string } | { sample: string };

/**
 * What a noise rule for a group would match: its host, scheme, or code. Null if the group has none of these, or if the
 * site itself may use it.
 */
export function noisePart({
  blocked,
  blocked_kind,
  blocked_host,
  sample,
}: Omit<ExplainedViolation, 'dispositions'> & { sample: string | null }): Part | null {
  if (blocked_kind === null) return null;
  if (blocked_kind === 'host') return blocked_host ? { host: blocked_host.replace(/:\d+$/, '') } : null;
  if (blocked_kind === 'scheme') {
    const scheme = /^[a-z][a-z0-9+.-]*/i.exec(blocked ?? '')?.[0].toLowerCase();
    return scheme ? { scheme } : null;
  }
  const code = sample?.replace(/\s+/g, ' ').trim() ?? '';
  return code.length >= 4 ? { sample: code } : null;
}
