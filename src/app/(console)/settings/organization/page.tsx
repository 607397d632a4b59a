import type { Metadata } from 'next';
import { OrganizationSettings } from '#features/auth/components/organization-settings.tsx';
import { DeletionSection } from '#features/organization-deletion/components/deletion-section.tsx';
import { paths } from '#ui/paths.ts';
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
