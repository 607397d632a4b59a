import type { Metadata } from 'next';
import { ApiKeys } from '#features/auth/components/api-keys.tsx';
import { paths } from '#ui/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'API keys' };

export default function ApiKeysPage() {
  return (
    <PageData path={paths.apiKeys} load={(api) => api.apiKeys.list.fetch({})}>
      <ApiKeys />
    </PageData>
  );
}
