import { writeJson } from '#core/json/user-json.ts';
import { csvLine } from '#core/text/csv.ts';
import { Download } from '#platform/http/download.ts';
import type { Scope } from '#platform/scope.ts';
import { selectAuditLog } from './row.ts';
import type { AuditEntry, AuditFilters } from './schema.ts';

export const EXPORT_TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' } as const;

/** How many are in memory at once. */
const BATCH = 500;

const HEAD = [
  'id,at,severity,action,actor_type,actor_id,actor_name',
  'target_type,target_id,target_name,ip,user_agent,details',
].join(',');

const WRITERS: Record<keyof typeof EXPORT_TYPES, { head: string; line: (entry: AuditEntry) => string }> = {
  ndjson: { head: '', line: (entry) => `${writeJson(entry)}\n` },
  csv: {
    head: `${HEAD}\r\n`,
    line: ({ id, at, severity, action, actor, target, ip, user_agent, details }) =>
      csvLine([
        id,
        at.toISOString(),
        severity,
        action,
        actor.type,
        actor.id,
        actor.name,
        target.type,
        target.id,
        target.name,
        ip,
        user_agent,
        writeJson(details),
      ]),
  },
};

/** The audit log as a file, newest first. */
export function exportAuditLog(
  scope: Scope,
  { format, ...filters }: AuditFilters & { format: keyof typeof EXPORT_TYPES },
): Download {
  const { head, line } = WRITERS[format];

  async function* pieces() {
    let text = head;
    for (let before: string | undefined; ; ) {
      const entries = await selectAuditLog(scope, { ...filters, before, limit: BATCH });
      text += entries.map(line).join('');
      if (text !== '') yield text;
      if (entries.length < BATCH) return;
      text = '';
      before = entries.at(-1)?.id;
    }
  }

  return new Download(EXPORT_TYPES[format], `audit-log-${new Date().toISOString().slice(0, 10)}.${format}`, pieces());
}
