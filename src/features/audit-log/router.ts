import { z } from 'zod';
import { feedInput, feedOf } from '#platform/feed.ts';
import { Download } from '#platform/http/download.ts';
import { EXPORT_TYPES } from '#platform/http/export-rows.ts';
import { procedure, router } from '#platform/trpc/procedure.ts';
import { verifyAuditLog } from './check-audit-log.ts';
import { exportAuditLog } from './export-audit-log.ts';
import { getAuditIntegrity } from './get-audit-integrity.ts';
import { listAuditLog } from './list-audit-log.ts';
import { auditEntrySchema, auditFilters, auditIntegritySchema } from './schema.ts';

const tag = 'Audit log';
const read = { role: 'member', scope: 'read' } as const;

export const auditLogRouter = router({
  list: procedure
    .meta({
      needs: read,
      rest: { method: 'GET', path: '/api/audit-log', tag, summary: 'List or poll the audit log', etag: true },
    })
    .input(z.strictObject({ ...feedInput, ...auditFilters }).prefault({}))
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
        description: 'Newest first. The download contains all matching entries, however many there are.',
        file: EXPORT_TYPES,
      },
    })
    .input(
      z
        .strictObject({
          format: z.enum(['ndjson', 'csv'], 'Must be ndjson or csv.').default('ndjson'),
          ...auditFilters,
        })
        .prefault({}),
    )
    .output(z.instanceof(Download))
    .query(({ ctx, input }) => exportAuditLog(ctx.scope, input)),

  integrity: procedure
    .meta({
      needs: read,
      rest: { method: 'GET', path: '/api/audit-log/integrity', tag, summary: 'Get the integrity of the audit log' },
    })
    .input(z.strictObject({}).prefault({}))
    .output(auditIntegritySchema)
    .query(({ ctx }) => getAuditIntegrity(ctx.scope)),

  verify: procedure
    .meta({
      needs: { role: 'admin', scope: 'write' },
      rest: {
        method: 'POST',
        path: '/api/audit-log/verify',
        tag,
        summary: 'Verify the audit log',
        description: 'Recomputes every hash and returns what was found. Only one verification runs at a time.',
        errors: ['CONFLICT'],
      },
    })
    .input(z.strictObject({}).prefault({}))
    .output(auditIntegritySchema)
    .mutation(({ ctx }) => verifyAuditLog(ctx.scope)),
});
