import { writeJson } from '#core/json/user-json.ts';
import { csvLine } from '#core/text/csv.ts';
import type { Download } from '#platform/http/download.ts';
import { type ExportFormat, exportRows, type RowWriters } from '#platform/http/export-rows.ts';
import type { Scope } from '#platform/scope.ts';
import { selectAuditLog } from './row.ts';
import type { AuditEntry, AuditFilters } from './schema.ts';

const HEAD = [
  'id,at,severity,action,actor_type,actor_id,actor_name',
  'target_type,target_id,target_name,ip,user_agent,details',
].join(',');

const WRITERS: RowWriters<AuditEntry> = {
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
export const exportAuditLog = (
  scope: Scope,
  { format, ...filters }: AuditFilters & { format: ExportFormat },
): Download => exportRows('audit-log', format, WRITERS, (page) => selectAuditLog(scope, { ...filters, ...page }));
