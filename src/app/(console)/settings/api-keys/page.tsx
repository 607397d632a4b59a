import type { Metadata } from 'next';
import { ApiKeys } from '#features/people/api-keys/pages/api-keys.tsx';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'API keys' };

export default function ApiKeysPage() {
  return (
    <PageData path={paths.apiKeys} load={(api) => api.apiKeys.list.fetch({})}>
      <ApiKeys />
    </PageData>
  );
}
