import type { Metadata } from 'next';
import { auditFilters } from '#features/audit-log/pages/audit-filters.ts';
import { AuditLog } from '#features/audit-log/pages/audit-log.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Audit log' };

export default async function AuditLogPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  return (
    <PageData
      path={paths.auditLog}
      query={query}
      load={(api) =>
        Promise.all([api.auditLog.list.fetch(auditFilters(query, Date.now())), api.auditLog.integrity.fetch({})])
      }
    >
      <AuditLog />
    </PageData>
  );
}
