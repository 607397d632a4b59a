import { z } from 'zod';
import { Download } from '#platform/download.ts';
import { feedInput, feedOf } from '#platform/feed.ts';
import { procedure, router } from '#platform/procedure.ts';
import { EXPORT_TYPES, exportAuditLog } from './export-audit-log.ts';
import { listAuditLog } from './list-audit-log.ts';
import { auditEntrySchema, auditFilters } from './schema.ts';

const tag = 'Audit log';
const read = { role: 'member', scope: 'read' } as const;

export const auditLogRouter = router({
  list: procedure
    .meta({
      needs: read,
      rest: { method: 'GET', path: '/api/audit-log', tag, summary: 'List who did what, or poll for it', etag: true },
    })
    .input(z.strictObject({ ...feedInput, ...auditFilters }))
    .output(feedOf(auditEntrySchema))
    .query(({ ctx, input }) => listAuditLog(ctx.scope, input)),

  export: procedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/audit-log/export',
        tag,
        summary: 'Download the audit log',
        description: 'Newest first, as long as it takes.',
        file: EXPORT_TYPES,
      },
    })
    .input(
      z.strictObject({ format: z.enum(['ndjson', 'csv'], 'Give ndjson or csv.').default('ndjson'), ...auditFilters }),
    )
    .output(z.instanceof(Download))
    .query(({ ctx, input }) => exportAuditLog(ctx.scope, input)),
});
