import type { Metadata } from 'next';
import { DeletionSection } from '#features/organization-deletion/pages/deletion-section.tsx';
import { OrganizationSettings } from '#features/people/organization/pages/organization-settings.tsx';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Organization' };

export default function OrganizationPage() {
  return (
    <PageData path={paths.organization} load={(api) => api.organization.get.fetch()}>
      <OrganizationSettings>
        <DeletionSection />
      </OrganizationSettings>
    </PageData>
  );
}
